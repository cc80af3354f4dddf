import { expect, it } from 'vitest';
import { parseDamageChain } from '../../../src-main/hosts/cli/damage-chain.ts';
import { damageText } from '../../../src-main/hosts/cli/damage-parts.ts';

const read = (text: string) => parseDamageChain(text, undefined);

it('reads every kind of every part', () => {
  expect(read('blur=motion:12@-30, noise=poisson:0.5+2, fading=0.7+20, grey, scale=2')).toEqual({
    damage: {
      blur: { kind: 'motion', length: 12, angle: -30 },
      noise: { kind: 'poisson', slope: 0.5, sigma: 2 },
      fading: { gain: 0.7, offset: 20 },
      grey: true,
      scale: 2,
    },
  });
  expect(read('blur=disk:2.5,noise=grain,fading=0.9/0.8/0.7+1/2/-3,jpeg=auto').damage).toEqual({
    blur: { kind: 'disk', radius: 2.5 },
    noise: { kind: 'grain' },
    fading: { gain: [0.9, 0.8, 0.7], offset: [1, 2, -3] },
    jpeg: 'auto',
  });
  expect(read('soft-mask=a,b.png,blur=file:k,1.png,noise=poisson')).toEqual({
    mask: 'a,b.png',
    kernel: 'k,1.png',
    damage: { softMask: true, blur: { kind: 'file' }, noise: { kind: 'poisson' } },
  });
});

it.each([
  'blur=motion:12@30,noise=poisson:0.5+2',
  'blur=disk:2.5,scale=3,grey,fading=auto,noise=grain:10@1.2,jpeg=40',
  'fading=0.9/0.8/0.7+1/2/-3,noise=grain',
])('writes what it reads: %s', (text) => {
  expect(damageText(read(text).damage)).toBe(text);
});
