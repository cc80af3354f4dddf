import { describe, expect, it, vi } from 'vitest';
import { loadOnnxRuntime, sessionMemory, whyUnloadable } from '../../src-main/prior/onnx-runtime.ts';

vi.mock('onnxruntime-node', () => {
  throw Object.assign(new Error('The specified module could not be found.\n\\\\?\\C:\\onnxruntime_binding.node'), {
    code: 'ERR_DLOPEN_FAILED',
  });
});

describe('ONNX Runtime that cannot be loaded', () => {
  it('is a typed error, and the module that loads it is not', async () => {
    await expect(loadOnnxRuntime()).rejects.toMatchObject({ name: 'LangevinError', code: 'provider-unavailable' });
  });

  it('is explained on Windows by its missing runtime, with the link for the processor', () => {
    const text = whyUnloadable(new Error('The specified module could not be found.\nC:\\x'), 'win32', 'arm64');
    expect(text).toContain('https://aka.ms/vs/17/release/vc_redist.arm64.exe');
    expect(text).toMatch(/TensorFlow\.js form run.*\(The specified module could not be found\.\)$/);
  });

  it('is explained elsewhere by the reason of the system', () => {
    const text = whyUnloadable(new Error("version `GLIBC_2.28' not found"), 'linux', 'x64');
    expect(text).toMatch(/^ONNX Runtime cannot be loaded on linux x64: version `GLIBC_2\.28' not found\. It runs on/);
  });
});

describe('the memory of a session', () => {
  it('is asked for tensor by tensor under Electron only', () => {
    expect(sessionMemory({ node: '24' })).toEqual({});
    expect(sessionMemory({ node: '24', electron: '45' })).toEqual({
      enableCpuMemArena: false,
      enableMemPattern: false,
    });
  });
});
