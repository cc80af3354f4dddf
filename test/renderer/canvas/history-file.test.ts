import { decode, encode } from '@msgpack/msgpack';
import { expect, test } from 'vitest';
import { resumeHistory, serializeHistory } from '../../../src-renderer/canvas/history-file.ts';
import { valueChange } from '../../../src-renderer/canvas/history.ts';
import { MaskDocument } from '../../../src-renderer/canvas/mask-document.ts';
import { deserializeMask, serializeMask } from '../../../src-renderer/canvas/mask-file.ts';
import { MaskLayer } from '../../../src-renderer/canvas/mask-layer.ts';
import { expectSameCoverage } from './same-coverage.ts';

const fill = (document: MaskDocument, x: number): boolean =>
  document.edit(`step ${x}`, (layer) => layer.fillRect({ x, y: 3, width: 5, height: 300 }, 'add'));

/** The same after a restart. */
function restarted({ layer, history }: MaskDocument): MaskDocument {
  const next = new MaskDocument(deserializeMask(serializeMask(layer)));
  const steps = serializeHistory(history);
  if (steps !== undefined) resumeHistory(steps, next.layer, next.history);
  return next;
}

test('goes on after a restart, back and forth to the pixel', () => {
  const document = new MaskDocument(new MaskLayer(400, 310));
  const states: Uint8Array[] = [];
  for (const x of [0, 100, 200, 300]) {
    states.push(document.layer.toCoverage());
    fill(document, x);
  }
  const all = document.layer.toCoverage();
  document.undo();
  const again = restarted(document);
  expect([again.history.undoLabel, again.history.redoLabel]).toEqual(['step 200', 'step 300']);
  again.redo();
  expectSameCoverage(again.layer.toCoverage(), all);
  for (const state of states.toReversed()) {
    again.undo();
    expectSameCoverage(again.layer.toCoverage(), state);
  }
  expect(again.history.canUndo).toBe(false);
});

test('leaves out settings that end with the program, and ends at a step that does more', () => {
  const document = new MaskDocument(new MaskLayer(64, 64));
  let value = 0;
  const setting = (isPassing: boolean): void =>
    document.history.record(
      valueChange(
        'setting',
        value++,
        () => value,
        (v) => (value = v),
        undefined,
        isPassing,
      ),
    );
  fill(document, 0);
  setting(false);
  fill(document, 10);
  const begin = document.history.mark();
  setting(true);
  fill(document, 20);
  document.history.squash(begin, 'both');
  setting(true);
  const again = restarted(document);
  expect(again.history.entries.undo.map(({ label }) => label)).toEqual(['step 10', 'both']);
  again.undo();
  expect(again.layer.paintedCount).toBe(2 * 5 * 61);
});

test('steps that do not fit are left out, with those beyond', () => {
  const document = new MaskDocument(new MaskLayer(64, 64));
  for (const x of [0, 10, 20]) fill(document, x);
  const kept = decode(serializeHistory(document.history)!) as {
    undo: { patches: { index: number; code: Uint8Array }[][] }[];
  };
  kept.undo[1].patches[0][0].index = 7;
  const next = new MaskDocument(new MaskLayer(64, 64));
  for (const bytes of [new Uint8Array([0xc1]), encode({ version: 2 }), encode([])]) {
    resumeHistory(bytes, next.layer, next.history);
    expect(next.history.canUndo).toBe(false);
  }
  resumeHistory(encode(kept), next.layer, next.history);
  expect(next.history.entries.undo).toHaveLength(1);
});
