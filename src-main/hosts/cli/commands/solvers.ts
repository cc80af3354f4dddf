import { Command } from 'commander';
import { likelihoodMethod, likelihoods } from '../../../likelihood/registry.ts';
import { describeMethod, type MethodDescription } from '../../../likelihood/describe-method.ts';
import { sdeParameters } from '../../../sampling/sde.ts';
import { addReportingOptions, type ReportingFlags } from '../options.ts';
import { Output } from '../output.ts';

/** `langevin solvers [NAME]` */
export function solversCommand(): Command {
  const command = new Command('solvers')
    .description('list the solvers with their sources, or the options of one')
    .argument('[name]', 'a solver, to see its own options');
  addReportingOptions(command);
  return command.action((name: string | undefined, flags: ReportingFlags) => {
    const output = new Output(flags);
    const chosen = name === undefined ? [...likelihoods.values()] : [likelihoodMethod(name)];
    const described = chosen.map(describeMethod);
    const text = name === undefined ? overview(described) : details(described[0]);
    output.result(text, name === undefined ? { solvers: described, sdes: sdeParameters() } : described[0]);
  });
}

function overview(methods: readonly MethodDescription[]): string {
  const width = Math.max(...methods.map(({ name }) => name.length));
  const rows = methods.map(({ name, title, source, needs }) => {
    const wants = needs.length === 0 ? '' : ` Needs ${needs.join(', ')}.`;
    return `${name.padEnd(width)}  ${title}: ${source}.${wants}`;
  });
  return [
    ...rows,
    '',
    'SDE parameters (--sde-option NAME=VALUE):',
    ...sdeRows(),
    '',
    'langevin solvers NAME lists the options of one.',
  ].join('\n');
}

function sdeRows(): string[] {
  return Object.entries(sdeParameters()).map(([sde, parameters]) => {
    const known = Object.entries(parameters).map(([name, value]) => `${name} [${value}]`);
    return `  ${sde}: ${known.join(', ')}`;
  });
}

function details({ name, title, source, needs, options, sampling }: MethodDescription): string {
  const rows = options.map(
    ({ name: option, range, default: value, description }) =>
      `  ${option} (${range}; ${String(value)} unless given)${description === undefined ? '' : `: ${description}`}`,
  );
  const own =
    rows.length === 0 ? ['It has no options of its own.'] : ['Its own options, --method-option NAME=VALUE:', ...rows];
  const suggested = Object.entries(sampling).map(([key, value]) => `${key} ${String(value)}`);
  return [
    `${name} — ${title}`,
    source,
    ...(needs.length === 0 ? [] : [`Needs ${needs.join(', ')}.`]),
    ...own,
    `Sampled, where a task says nothing else, with ${suggested.join(', ')}.`,
  ].join('\n');
}
