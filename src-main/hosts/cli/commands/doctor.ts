import { Command } from 'commander';
import type { ProbeReport } from '../../../prior/provider.ts';
import { withEngine } from '../engine.ts';
import { addReportingOptions, number, whole, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

interface DoctorFlags extends ReportingFlags {
  readonly model: string;
  readonly threads?: number;
  readonly seconds: number;
}

/** `langevin doctor` */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('what runs here: versions, providers that were tried with a real step, and their speed')
    .option('--model <name|folder>', 'network to try', 'photo')
    .option('--threads <n>', 'threads on the CPU', whole(1, 256))
    .option('--seconds <s>', 'how long to measure each provider', number, 1);
  return addReportingOptions(command).action((flags: DoctorFlags) => examine(flags));
}

async function examine(flags: DoctorFlags): Promise<void> {
  const output = new Output(flags);
  const { model, seconds, threads } = flags;
  await withEngine(async (engine, signal) => {
    const request = { model, seconds, ...(threads === undefined ? {} : { threads }) };
    const run = engine.run('doctor', request, { signal });
    for (;;) {
      const step = await run.next();
      if (step.done) {
        const { node, onnxruntime, platform, architecture, processor, logicalCores, memoryBytes } = step.value;
        const { providers, tensorflow } = step.value;
        const lines = [
          `Node.js ${node}, ONNX Runtime ${onnxruntime ?? 'not loaded'}, ${platform} ${architecture}`,
          `${processor}, ${logicalCores} logical cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
          ...(providers.length > 0 ? [`Providers with the model ${step.value.model}:`] : []),
          ...providers.map((report) => `  ${describeProvider(report)}`),
          'Models in TensorFlow.js form:',
          `  ${tensorflow.description}${describeSpeed(tensorflow.stepsPerSecond)}`,
          ...tensorflow.passedOver.map(({ backend, reason }) => `  ${backend} not usable: ${reason}`),
        ];
        output.result(lines.join('\n'), { type: 'result', ...step.value });
        return;
      }
      output.say(`tried ${step.value.provider}`, { type: 'provider', ...step.value });
    }
  });
}

function describeProvider({ provider, usable, reason, maxDifference, stepsPerSecond }: ProbeReport): string {
  const name = provider.padEnd(8);
  if (!usable) return `${name} not usable: ${reason ?? 'unknown reason'}`;
  const difference =
    maxDifference === undefined ? '' : `, differs from the CPU by at most ${maxDifference.toExponential(1)}`;
  return `${name} usable${describeSpeed(stepsPerSecond)}${difference}`;
}

function describeSpeed(stepsPerSecond: number | undefined): string {
  return stepsPerSecond === undefined ? '' : `, ${stepsPerSecond.toFixed(1)} network passes/s at 256 × 256`;
}
