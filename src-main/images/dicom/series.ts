import { counted } from '../../counted.ts';
import type { DicomHeader, Vector } from './header.ts';

/** A file of a series. */
export interface SeriesFile {
  readonly name: string;
  readonly header: DicomHeader;
}

/** Slices that belong together, in order. */
export interface DicomSeries<File extends SeriesFile = SeriesFile> {
  /** "Series 3, Thorax 1.5 mm: 120 slices of 512 × 512" */
  readonly label: string;
  /** Sorted: towards the head where positions are known, else by number, else by name. */
  readonly files: readonly File[];
  /** Distance of neighbouring slices, millimetres; undefined where positions are not known. */
  readonly spacing?: number;
  /** What people should know: slices that are missing, doubled or sorted by name. */
  readonly notices: readonly string[];
}

/** Directions whose components differ by less are the same: they are written with a few digits. */
const SAME_DIRECTION = 1e-3;
/** Slices nearer than this lie at the same place, millimetres. */
const SAME_PLACE = 1e-3;
/** A step so many times the usual one means that slices are missing. */
const GAP = 1.5;

/**
 * Sorts the files of a folder into series: by SeriesInstanceUID, and within one by size and orientation (scout views
 * share the series of the slices that they plan). The largest comes first.
 */
export function groupSeries<File extends SeriesFile>(files: readonly File[]): DicomSeries<File>[] {
  const groups = new Map<string, File[]>();
  for (const file of files) {
    const key = groupKey(file);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].map(seriesOf).sort((a, b) => b.files.length - a.files.length);
}

function groupKey({ name, header: { seriesUid, rows, columns, orientation, frames } }: SeriesFile): string {
  const directions = orientation === undefined ? [] : [...orientation.row, ...orientation.column];
  const rounded = directions.map((v) => Math.round(v / SAME_DIRECTION));
  // A file of several frames is a stack by itself.
  return JSON.stringify([seriesUid ?? null, rows, columns, rounded, frames > 1 ? name : null]);
}

function seriesOf<File extends SeriesFile>(files: readonly File[]): DicomSeries<File> {
  const { seriesNumber, description, rows, columns } = files[0].header;
  const slices = files.reduce((sum, { header }) => sum + header.frames, 0);
  const count = counted(slices, 'slice');
  const name = [`Series${seriesNumber === undefined ? '' : ` ${seriesNumber}`}`, description]
    .filter(Boolean)
    .join(', ');
  const label = `${name}: ${count} of ${columns} × ${rows}`;
  const placed = files.map((file) => ({ file, place: placeOf(file.header) }));
  if (placed.every(({ place }) => place !== undefined)) {
    const sorted = placed
      .map(({ file, place }) => ({ file, place: place! }))
      .sort((a, b) => a.place - b.place || byNumber(a.file, b.file));
    return { label, files: sorted.map(({ file }) => file), ...stepsOf(sorted.map(({ place }) => place)) };
  }
  const isNumbered = files.every(({ header }) => header.instanceNumber !== undefined);
  return {
    label,
    files: [...files].sort(byNumber),
    notices:
      files.length > 1 && !isNumbered
        ? ['The slices say neither where they lie nor their number; they are sorted by name.']
        : [],
  };
}

/** Distance along the normal of the slices; undefined where the file does not say. */
function placeOf({ position, orientation }: DicomHeader): number | undefined {
  if (position === undefined || orientation === undefined) return undefined;
  const [x, y, z] = cross(orientation.row, orientation.column);
  return position[0] * x + position[1] * y + position[2] * z;
}

export function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function byNumber(a: SeriesFile, b: SeriesFile): number {
  const numbers = [a.header.instanceNumber, b.header.instanceNumber];
  if (numbers[0] !== undefined && numbers[1] !== undefined && numbers[0] !== numbers[1]) return numbers[0] - numbers[1];
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

function stepsOf(places: readonly number[]): Pick<DicomSeries, 'spacing' | 'notices'> {
  const steps = places.slice(1).map((place, i) => place - places[i]);
  const sizes = steps.filter((step) => step > SAME_PLACE).sort((a, b) => a - b);
  const spacing = sizes[Math.floor((sizes.length - 1) / 2)];
  const doubled = steps.length - sizes.length;
  const gaps = sizes.filter((step) => step > GAP * spacing).length;
  const notices = [
    doubled > 0
      ? `${doubled} of ${places.length} slices lie where another one does; the series may hold several times or reconstructions.`
      : undefined,
    gaps > 0
      ? `Slices seem to be missing: ${gaps === 1 ? 'one step is' : `${gaps} steps are`} larger than the usual ${round(spacing)} mm.`
      : undefined,
  ];
  return { ...(spacing !== undefined && { spacing }), notices: notices.filter((notice) => notice !== undefined) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
