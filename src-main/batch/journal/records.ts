import { z } from 'zod';
import type { ErrorCode } from '../../errors.ts';

const text = z.string();
const count = z.number().min(0);

/** A file as it was used, to tell whether it has changed since. */
const fingerprintSchema = z.strictObject({ size: count, modifiedMs: z.number(), sha256: text });
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** What the journal of a batch says, a record a line. */
export const recordSchema = z.discriminatedUnion('type', [
  /** A process has started, or started again. */
  z.strictObject({
    type: z.literal('run'),
    version: z.literal(1),
    program: text,
    started: text,
    settings: z.record(text, z.union([text, z.number(), z.boolean()])),
    hash: text,
    /** Hashes of other settings whose results this run lets stand. */
    continues: z.array(text),
  }),
  /**
   * The outputs of an input are about to get their names: all of them are whole, in temporary files. Once they have
   * their names, `done` follows; where it does not, the checksums tell whether they got them.
   */
  z.strictObject({
    type: z.literal('intent'),
    input: text,
    /** Hash of the settings. */
    settings: text,
    /** Milliseconds since 1970. */
    at: count,
    source: fingerprintSchema,
    /** The mask file, where there is one. */
    mask: fingerprintSchema.extend({ path: text }).exactOptional(),
    /** One for each sample; names below the output folder. */
    outputs: z.array(z.strictObject({ name: text, temporary: text, sha256: text })).min(1),
    width: count,
    height: count,
    nfe: count,
    seconds: count,
    notices: z.array(text),
    thumbnails: z.strictObject({ before: text, after: text, marked: text.exactOptional() }).exactOptional(),
  }),
  /** The intent before it with the same input and settings was carried out. */
  z.strictObject({ type: z.literal('done'), input: text, settings: text }),
  z.strictObject({
    type: z.literal('failed'),
    input: text,
    settings: text,
    code: z.custom<ErrorCode>((value) => typeof value === 'string'),
    message: text,
    seconds: count,
  }),
  z.strictObject({ type: z.literal('skipped'), input: text, settings: text, reason: text }),
]);
export type JournalRecord = z.infer<typeof recordSchema>;
export type RunRecord = Extract<JournalRecord, { type: 'run' }>;
export type IntentRecord = Extract<JournalRecord, { type: 'intent' }>;
