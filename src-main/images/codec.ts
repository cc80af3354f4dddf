import type Vips from 'wasm-vips';

/**
 * The one codec library of all hosts: libvips compiled to WebAssembly. It needs no native module, so it also runs inside
 * Electron on Linux, where native libvips clashes with Chromium's GLib.
 */
export type Codec = typeof Vips;

/**
 * Every failing call leaves about 200 bytes on the instance's 1 MB stack (the C++ exception unwinds past the frames that
 * would restore the stack pointer): the instance hangs or corrupts itself after some 5,000 failures.
 */
const FAILURES_PER_INSTANCE = 1000;

interface Instance {
  readonly codec: Codec;
  failures: number;
  /** Whether calls that succeeded may have left text in the library's error buffer. */
  mayHoldText: boolean;
}

let current: Promise<Instance> | undefined;

/**
 * Runs `work` on the codec, which is started at the first use (about 150 ms, 2 threads that end with the process).
 * The work is synchronous and blocks the calling thread for as long as the coding takes (about a second for 24
 * megapixels), so hosts with a user interface call this from their engine process. WebAssembly memory never shrinks:
 * the process keeps what its largest picture needed. Work that fails may be done a second time, so that its reason
 * is its own.
 *
 * @throws CodecFailure with libvips' reason.
 */
export async function withCodec<T>(work: (codec: Codec) => T): Promise<T> {
  current ??= start();
  const pending = current;
  try {
    const instance = await pending;
    try {
      const result = attempt(work, instance);
      instance.mayHoldText = true;
      return result;
    } catch (error) {
      if ((isTrap(error) || instance.failures >= FAILURES_PER_INSTANCE) && current === pending) current = undefined;
      throw error;
    }
  } catch (error) {
    throw error instanceof Error && !isTrap(error) ? error : new CodecFailure(error);
  }
}

/**
 * The library's message is all that has gathered in its error buffer, such as what an earlier picture's profile lacked,
 * and is emptied by being thrown: the second time it is about this work alone.
 */
function attempt<T>(work: (codec: Codec) => T, instance: Instance): T {
  try {
    return work(instance.codec);
  } catch (error) {
    instance.failures++;
    if (error instanceof Error || !instance.mayHoldText) throw error;
  }
  instance.mayHoldText = false;
  try {
    return work(instance.codec);
  } catch (error) {
    instance.failures++;
    throw error;
  }
}

/** A failed call of the codec; the message is libvips' reason, shortened to one line. */
export class CodecFailure extends Error {
  constructor(cause: unknown) {
    super(reason(cause), { cause });
    this.name = 'CodecFailure';
  }
}

async function start(): Promise<Instance> {
  const { default: load } = await import('wasm-vips');
  const codec = await load({
    // The formats of this program need no further module (JPEG XL, HEIF and SVG would).
    dynamicLibraries: [],
    print: () => {},
    printErr: () => {},
    preRun: (module: { ENV: Record<string, string> }) => {
      // Warnings about damaged pictures would otherwise go to the process's stderr.
      module.ENV['VIPS_WARNING'] = '1';
    },
  });
  // The operation cache would keep whole pictures alive.
  codec.Cache.max(0);
  return { codec, failures: 0, mayHoldText: false };
}

/** A WebAssembly.RuntimeError leaves the instance in an unknown state. (The class is not in Node's declarations.) */
function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

/** libvips throws WebAssembly.Exception objects, which are no Errors; their message is [class, text]. */
function reason(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | undefined)?.message;
  const text = Array.isArray(message) ? String(message.at(-1)) : String(message ?? thrown);
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('unable to '))
    .map((line) => line.replace(/^[\w#]+: |\.$/g, '').trim())
    .filter((line) => line !== '' && line !== 'load error');
  return [...new Set(lines)].slice(0, 2).join('; ') || 'the data cannot be decoded';
}
