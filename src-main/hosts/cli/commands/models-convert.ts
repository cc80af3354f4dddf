import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { assertOutputs } from '../../files/output-guard.ts';
import { makeFolder, writeFileAtomically } from '../../files/write-file.ts';
import { modelPlaces } from '../command-files.ts';
import { withEngine } from '../engine.ts';
import { addReportingOptions, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface ConvertFlags extends ReportingFlags {
  readonly to: 'tfjs';
  readonly output: string;
}

/** `langevin models convert NAME --to tfjs -o DIR` */
export function convertCommand(): Command {
  const command = new Command('convert')
    .description('write a model in another form, checked against the original')
    .argument('<name|folder>')
    .addOption(new Option('--to <form>', 'TensorFlow.js graph model').choices(['tfjs']).makeOptionMandatory())
    .requiredOption('-o, --output <folder>', "the new model's folder; its last part becomes the model's name");
  return addReportingOptions(command).action((model: string, flags: ConvertFlags) => convertModel(model, flags));
}

async function convertModel(model: string, flags: ConvertFlags): Promise<void> {
  const output = new Output(flags);
  await makeFolder(flags.output);
  await assertOutputs(
    ['manifest.json', 'model.json', 'weights.bin'].map((name) => join(flags.output, name)),
    modelPlaces(model),
  );
  const { files, differences, backend } = await withEngine((engine, signal) =>
    engine.result('models-convert', { model, name: basename(flags.output) }, { signal }),
  );
  await assertOutputs(
    files.map(({ name }) => join(flags.output, name)),
    modelPlaces(model),
  );
  for (const { name, bytes } of files) await writeFileAtomically(join(flags.output, name), bytes);
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  output.say(
    `Wrote ${flags.output}, ${megabytes.toFixed(1)} MB. On ${backend} it differs from ONNX Runtime by at most ` +
      `${differences.denoised.toExponential(1)}, its gradient by ${differences.vjp.toExponential(1)}.`,
    { type: 'result', folder: flags.output, files: files.map(({ name }) => name), differences, backend },
  );
}
