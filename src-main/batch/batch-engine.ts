import type { PlacedFile } from '../contract/jobs.ts';
import type { Contents } from './file-system.ts';
import type { MaskSource } from './masks/mask-finder.ts';
import type { OutputFormat } from './plan/input-names.ts';

/** A decoded input on its way to the network; what else is in it is the engine's affair. */
export interface PreparedInput {
  /** Bytes of memory it takes. */
  readonly weight: number;
  /** Small JPEG file of the input, where it is a picture. */
  readonly thumbnail?: Uint8Array | undefined;
  /** What the user should know about its way through Langevin. */
  readonly notices: readonly string[];
  /** Lets go of what is kept of it outside of this process; called once it is not needed any more. */
  readonly release?: (() => Promise<void>) | undefined;
}

/** A result on its way from the network. */
export interface RestoredInput {
  readonly weight: number;
  readonly width: number;
  readonly height: number;
  readonly nfe: number;
  /** The provider that the network ran on. */
  readonly provider: string;
  /** What the user should know about this picture. */
  readonly notices?: readonly string[];
  /** @see PreparedInput */
  readonly release?: (() => Promise<void>) | undefined;
}

export interface FinishedInput {
  /** Encoded, one file for each sample. */
  readonly files: readonly Contents[];
  /** Small JPEG file of the first sample. */
  readonly thumbnail?: Uint8Array | undefined;
  /** Small JPEG file of the damage that was found. */
  readonly marked?: Uint8Array | undefined;
}

export interface PrepareInputRequest {
  readonly file: PlacedFile;
  /** Of the file. */
  readonly bytes: number;
  readonly mask: MaskSource;
  readonly format: OutputFormat;
}

export interface RestoreListeners {
  /** Share of this input's work that is done, 0…1, and what is left of it in milliseconds. */
  readonly onProgress: (fraction: number, etaMs: number) => void;
  readonly onNotice: (message: string) => void;
}

/**
 * What does the computing of a batch, set up by a host with the batch's options and network. The network blocks its
 * process while it computes, so decoding and encoding overlap with it only in another one; the host decides.
 *
 * Each call throws `cancelled` once its signal is aborted, and `engine-crashed` when its process dies; the next call
 * then finds a new one. `prepare` and `finish` are called one at a time, and so is `restore`.
 */
export interface BatchEngine<P extends PreparedInput = PreparedInput, R extends RestoredInput = RestoredInput> {
  /** Decodes an input and its mask, and checks that the result can be written. */
  prepare(request: PrepareInputRequest, signal: AbortSignal): Promise<P>;
  /**
   * Runs the network.
   * @param onCpu  whatever provider was asked for: it has failed.
   */
  restore(name: string, prepared: P, onCpu: boolean, signal: AbortSignal, listeners: RestoreListeners): Promise<R>;
  /** Encodes the samples. */
  finish(restored: R, format: OutputFormat, signal: AbortSignal): Promise<FinishedInput>;
}
