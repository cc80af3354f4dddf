import { z } from 'zod';
import { KeptFile, readKeptFile } from '../kept-file.ts';

const speedsSchema = z.record(z.string(), z.number().positive());

/** How fast networks run here: pixels that pass through a network in a second, by network and provider. */
export class SpeedBook {
  readonly #path: string;
  readonly #file: KeptFile;
  #speeds: Promise<Record<string, number>> | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#file = new KeptFile(path);
  }

  /** Pixels a second, undefined before the first measurement. */
  async speed(model: string, provider: string): Promise<number | undefined> {
    return (await this.#read())[`${model} ${provider}`];
  }

  /** A measurement replaces half of what was known, so that one disturbed run does not count for long. */
  async note(model: string, provider: string, pixelsPerSecond: number): Promise<void> {
    if (!(pixelsPerSecond > 0 && Number.isFinite(pixelsPerSecond))) return;
    const speeds = await this.#read();
    const key = `${model} ${provider}`;
    const before = speeds[key];
    speeds[key] = before === undefined ? pixelsPerSecond : (before + pixelsPerSecond) / 2;
    await this.#file.write(new TextEncoder().encode(JSON.stringify(speeds)));
  }

  #read(): Promise<Record<string, number>> {
    this.#speeds ??= readKeptFile(this.#path, (bytes) =>
      speedsSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
    ).then((found) => found ?? {});
    return this.#speeds;
  }
}
