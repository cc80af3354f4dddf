import { describe, expect, it } from 'vitest';
import { machineProcesses } from '../../../src-main/batch/lock/process-identity.ts';

describe('the processes of this machine', () => {
  it('knows itself, and a process of its pid that began at another time', async () => {
    const self = await machineProcesses.self();
    expect(await machineProcesses.isAlive(self)).toBe(true);
    expect(await machineProcesses.isAlive({ ...self, started: '1' })).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'knows that what ran before the machine was started again is gone',
    async () => {
      const self = await machineProcesses.self();
      const [machine, , namespace] = self.realm.split(' ');
      const realm = [machine, '11111111-2222-3333-4444-555555555555', namespace].join(' ');
      expect(await machineProcesses.isAlive({ ...self, realm })).toBe(false);
    },
  );

  it('does not know about processes of other machines', async () => {
    const self = await machineProcesses.self();
    expect(await machineProcesses.isAlive({ ...self, realm: 'elsewhere/1 2 pid:[3]' })).toBeUndefined();
  });
});
