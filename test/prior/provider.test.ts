import { describe, expect, it } from 'vitest';
import type { OnnxProvider } from '../../src-main/prior/onnx.ts';
import { chooseProvider, probeProvider, providerCandidates, type ProbeReport } from '../../src-main/prior/provider.ts';
import { shippedModel } from '../fixtures/shipped-model.ts';

const reports: Record<string, ProbeReport> = {
  cuda: { provider: 'cuda', usable: false, reason: 'no driver' },
  dml: { provider: 'dml', usable: true, maxDifference: 1e-5, stepsPerSecond: 90, cpuStepsPerSecond: 10 },
  webgpu: { provider: 'webgpu', usable: true, maxDifference: 1e-5, stepsPerSecond: 0.5, cpuStepsPerSecond: 10 },
};
const probe = async (provider: OnnxProvider): Promise<ProbeReport> => reports[provider];

describe('chooseProvider', () => {
  it('takes the first candidate that works, telling what was passed over', async () => {
    expect(await chooseProvider('auto', ['cuda', 'dml', 'webgpu'], probe)).toEqual({
      provider: 'dml',
      messages: ['Running on dml. Not used: cuda (no driver).'],
    });
  });

  it('falls back to the CPU with a message, and past a provider that is slower than the CPU', async () => {
    const { provider, messages } = await chooseProvider('auto', ['cuda', 'webgpu'], probe);
    expect(provider).toBe('cpu');
    expect(messages).toEqual([
      'Running on the CPU. Not used: cuda (no driver); ' +
        'webgpu (slower here than the CPU, 0.50 against 10 steps a second at 256 × 256).',
    ]);
  });

  it('does not replace a provider asked for by name, and names the reason and the alternatives', async () => {
    const failure = chooseProvider('cuda', ['cuda', 'webgpu'], probe);
    await expect(failure).rejects.toMatchObject({ code: 'provider-unavailable' });
    await expect(failure).rejects.toThrow(/cuda cannot be used: no driver\..*auto, cpu, webgpu/);
    expect(await chooseProvider('webgpu', [], probe)).toMatchObject({
      provider: 'webgpu',
      messages: [expect.stringContaining('slower') as string],
    });
  });

  it('does not probe for the CPU', async () => {
    const never = (): Promise<ProbeReport> => Promise.reject(new Error('probed'));
    expect(await chooseProvider('cpu', ['cuda'], never)).toEqual({ provider: 'cpu', messages: [] });
  });

  it('knows candidates for every platform', () => {
    expect(providerCandidates('win32')).toContain('dml');
    expect(providerCandidates('darwin')).toContain('coreml');
    expect(providerCandidates('linux')).toContain('cuda');
  });
});

describe('probeProvider', () => {
  it('measures the CPU against itself', async () => {
    const { manifest, bytes } = await shippedModel('ct');
    const report = await probeProvider(manifest, bytes, 'cpu', { seconds: 0 });
    expect(report).toMatchObject({ provider: 'cpu', usable: true, maxDifference: 0 });
    expect(report.stepsPerSecond).toBeGreaterThan(0);
  });

  it('reports a provider that this build does not have instead of throwing', async () => {
    const { manifest, bytes } = await shippedModel('ct');
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    const report = await probeProvider(manifest, bytes, provider, { seconds: 0 });
    expect(report).toMatchObject({ provider, usable: false });
    expect(report.reason).toMatch(/^no available backend found/);
  });

  it('throws when the network itself is broken', async () => {
    const { manifest, bytes } = await shippedModel('ct');
    await expect(probeProvider(manifest, bytes.slice(0, 1000), 'webgpu', { seconds: 0 })).rejects.toMatchObject({
      code: 'model-corrupt',
    });
  });
});
