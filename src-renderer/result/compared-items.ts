import type { ResultInfo } from '../../src-main/contract/app/runs.ts';
import type { Pixels } from '../../src-main/contract/app/values.ts';
import { wholeRect, type Rect } from '../canvas/geometry.ts';
import { BEFORE, type ResultHistory } from '../history/result-history.svelte.ts';
import { t } from '../i18n/translate.svelte.ts';
import type { OpenPicture } from '../state/open-picture.svelte.ts';
import type { RunModel } from '../state/run-model.svelte.ts';
import { cropPixels, differencePixels, type DifferenceOf } from './compare-pixels.ts';
import { placeOf } from './place-of.ts';
import type { ResultModel } from './result-model.svelte.ts';
import { isFull, type ShownStrength } from './result-strength.svelte.ts';
import { scaledPixels } from './scaled-pixels.ts';

/** One of the pictures that are compared. */
export interface ComparedItem {
  /** `BEFORE`, or the id of a result. */
  readonly key: string;
  readonly label: string;
  /** Undefined until they are there. */
  readonly pixels: Pixels | undefined;
  /** Where it lies in the picture; undefined for what is no picture of the same place. */
  readonly rect: Rect | undefined;
  /** Of a result. */
  readonly info?: ResultInfo;
  readonly run?: RunModel;
  /** How far it goes from the first of them; absent: all the way. */
  readonly strength?: ShownStrength;
}

/** Before and after, or what people have put side by side. */
export function comparedItems(picture: OpenPicture, model: ResultModel): readonly ComparedItem[] {
  const { history } = picture;
  const chosen = history?.compared ?? [];
  if (history === undefined || chosen.length === 0) return [beforeItem(picture), shownItem(model)];
  const keys = chosen.length === 1 ? [BEFORE, ...chosen] : chosen;
  return keys.flatMap((key) =>
    key === BEFORE ? beforeItem(picture) : (resultItem(key, picture, history, model) ?? []),
  );
}

/** How a run is called among those of its picture. */
export function nameOfRun(history: ResultHistory, run: RunModel): string {
  const { name } = history.labelOf(run.id);
  return name === '' ? t('history.run', { number: history.numberOf(run) }) : name;
}

/**
 * How `after` differs from `before`, which is enlarged where it has fewer pixels; undefined when they show different
 * places, or one of them is not there yet.
 */
export function differenceOf(
  before: ComparedItem,
  after: ComparedItem,
  gain: number,
  of: DifferenceOf = 'colours',
): Pixels | undefined {
  const rect = commonPlace(before, after);
  if (rect === undefined || before.pixels === undefined || after.pixels === undefined) return undefined;
  const from = before.rect!.width === rect.width ? before.pixels : cropPixels(before.pixels, rect);
  const { width, height } = after.pixels;
  const same = from.width === width && from.height === height ? from : scaledPixels(from, { width, height });
  return same && differencePixels(same, after.pixels, gain, of);
}

/** The place that two pictures can be subtracted in; undefined when there is none. */
export function commonPlace(before: ComparedItem, after: ComparedItem): Rect | undefined {
  if (before.rect === undefined || after.rect === undefined) return undefined;
  if (before.info?.kind === 'std' || after.info?.kind === 'std') return undefined;
  const isSame = (['x', 'y', 'width', 'height'] as const).every((key) => before.rect![key] === after.rect![key]);
  // A preview of a part against the whole picture before.
  return isSame || before.key === BEFORE ? after.rect : undefined;
}

function beforeItem(picture: OpenPicture): ComparedItem {
  const pixels = picture.opened ?? picture.pixels.original();
  return { key: BEFORE, label: t('result.before'), pixels, rect: wholeRect(pixels) };
}

function shownItem(model: ResultModel): ComparedItem {
  const { shown, content, rect, run } = model;
  const { strength } = model;
  const how = isFull(strength) ? {} : { strength };
  return {
    ...{ key: shown?.id ?? '', label: t('result.after'), pixels: content, rect, run, ...how },
    ...(shown && { info: shown }),
  };
}

function resultItem(
  key: string,
  picture: OpenPicture,
  history: ResultHistory,
  model: ResultModel,
): ComparedItem | undefined {
  const run = history.runOf(key);
  const info = run?.results.find(({ id }) => id === key);
  if (run === undefined || info === undefined) return undefined;
  const samples = run.results.filter(({ kind }) => kind === 'sample').length;
  const which =
    info.kind === 'sample' ? t('result.kind.sample', { number: info.sample + 1 }) : t(`result.kind.${info.kind}`);
  return {
    key,
    label: samples > 1 || info.kind !== 'sample' ? `${nameOfRun(history, run)} · ${which}` : nameOfRun(history, run),
    // What people have decided on places of it shows as well.
    pixels: model.shown?.id === key ? model.content : history.pixelsOf(key),
    rect: placeOf(info, run.crop, picture.content),
    info,
    run,
  };
}
