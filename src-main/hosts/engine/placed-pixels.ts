import { open, readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { channelCount, type Picture } from '../../tensor/picture.ts';
import { isSmall } from './placed-files.ts';

/** Bytes on their way between two processes: large ones lie in a file, so that the host, which only passes them on, never holds them. */
export type PlacedBytes = Uint8Array | { readonly path: string; readonly length: number };

/** A decoded picture on its way between two processes. */
export type PlacedPicture = Omit<Picture, 'data'> & { readonly data: Picture['data'] | PlacedBytes };

export const placedBytesSchema = z.custom<PlacedBytes>(
  (value) => value instanceof Uint8Array || typeof (value as { path?: unknown } | undefined)?.path === 'string',
  'must be bytes or their place',
);

export const placedPictureSchema = z.custom<PlacedPicture>((value) => {
  const { width, height, mode, bitDepth, data } = value as PlacedPicture;
  const samples = width * height * channelCount(mode);
  if ('path' in data) return data.length === samples * (bitDepth / 8);
  return data instanceof (bitDepth === 16 ? Uint16Array : Uint8Array) && data.length === samples;
}, 'must be a picture');

/**
 * Leaves large bytes in a file that must not exist yet; small ones, and those that no disk has room for, are passed on as they
 * are.
 */
export async function leaveBytes(bytes: Uint8Array, path: string): Promise<PlacedBytes> {
  if (isSmall(bytes.length)) return bytes;
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) throw error;
    await rm(path, { force: true });
    return bytes;
  }
  return { path, length: bytes.length };
}

export async function takeBytes(placed: PlacedBytes): Promise<Uint8Array> {
  if (placed instanceof Uint8Array) return placed;
  // A buffer of its own, aligned for samples of any depth, and not a part of Node.js' pool.
  const bytes = await readFile(placed.path);
  return bytes.byteOffset === 0 ? new Uint8Array(bytes.buffer, 0, bytes.length) : new Uint8Array(bytes);
}

export async function leavePicture(picture: Picture, path: string): Promise<PlacedPicture> {
  const { data } = picture;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const placed = await leaveBytes(bytes, path);
  return placed instanceof Uint8Array ? picture : { ...picture, data: placed };
}

export async function takePicture(placed: PlacedPicture): Promise<Picture> {
  const { data, bitDepth } = placed;
  if (!('path' in data)) return { ...placed, data };
  const bytes = await takeBytes(data);
  return { ...placed, data: bitDepth === 16 ? new Uint16Array(bytes.buffer) : bytes };
}
