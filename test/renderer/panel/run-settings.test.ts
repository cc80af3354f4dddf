import { expect, it } from 'vitest';
import { readSettings, settingNames, writeSettings } from '../../../src-renderer/panel/run-settings.ts';
import { LangevinError } from '../../../src-main/errors.ts';

const options = { task: 'deblur', blurSigma: 2, steps: 12, seed: 3, samples: 1 } as const;

it('reads what it writes', () => {
  const settings = { options, model: 'photo' };
  expect(readSettings(writeSettings(settings), 'inpaint')).toEqual(settings);
  expect(settingNames(settings)).toEqual(['blurSigma', 'steps', 'seed']);
});

it('reads options alone, for the task at hand, and the last report of a --json output', () => {
  expect(readSettings('{"steps": 30}', 'denoise').options).toMatchObject({ task: 'denoise', steps: 30 });
  const lines = ['{"type":"step","step":1}', '{"type":"done","options":{"task":"denoise","steps":9},"model":"photo"}'];
  expect(readSettings(lines.join('\n'), 'inpaint')).toMatchObject({
    options: { task: 'denoise', steps: 9 },
    model: 'photo',
  });
});

it('leaves out what belongs to the picture of the report', () => {
  expect(readSettings('{"options":{"task":"inpaint","page":3}}', 'inpaint').options).not.toHaveProperty('page');
});

it.each(['', 'steps: 30', '[1, 2]', '{"stepps": 3}', '{"options": {"steps": 0}}'])('refuses %j in words', (text) => {
  expect(() => readSettings(text, 'inpaint')).toThrow(LangevinError);
});
