import { describeMeaning } from '../../../prior/identify/meaning.ts';
import type { Manifest } from '../../../prior/manifest.ts';
import type { FoundNetwork } from './find-network.ts';

/** The card of an imported network: what is known of it, and what is not, which its user should add. */
export function importedCard(manifest: Manifest, { file, readBeside }: FoundNetwork): string {
  const { name, version, licence, time, prediction, sde, range, sigmaMin, sigmaMax, calibration } = manifest;
  const meaning = describeMeaning({ time, prediction, sde, ...(range && { range }) });
  const rows = calibration?.sigma.map((sigma, i) => {
    return `| ${sigma} | ${(-10 * Math.log10(calibration.mse[i] / 4)).toFixed(2)} |`;
  });
  const paragraphs = [
    `# ${name}, version ${version}`,
    `A network that was imported from \`${file}\` (sha256 \`${manifest.sha256}\`).`,
    `- **Meaning**: ${meaning}; found by Langevin${readBeside.length === 0 ? '' : `, with what ${readBeside.join(', ')} say`}.\n` +
      `- **Noise**: it denoises from σ = ${sigmaMin} to ${sigmaMax}, on pictures in [−1, 1].\n` +
      `- **Licence**: ${licence}.\n` +
      '- **Training data, intended use, limits**: not known to Langevin. Whoever passes the model on should write them here.',
    ...(rows === undefined
      ? []
      : [
          '## Measured quality',
          'PSNR of D on four sample photographs of 128 × 128 pixels, reduced:',
          `| σ | dB |\n| ---: | ---: |\n${rows.join('\n')}`,
        ]),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}
