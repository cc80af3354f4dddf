/**
 * `npm run fuzz -- [TARGET …] [--seed N] [--seconds S] [--cases N] [--first I] [--report FILE]`: attacks parts of the
 * program with inputs that are almost right, and counts what must never happen. Ends with 1 when anything did.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { campaign, faultCount, type CampaignReport } from './campaign.ts';
import { targets } from './registry.ts';
import { FAULTS } from './target.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    /** Of all targets together, shared out among them. */
    seconds: { type: 'string' },
    cases: { type: 'string' },
    first: { type: 'string', default: '0' },
    report: { type: 'string' },
  },
});

const chosen = positionals.length === 0 ? targets : positionals.map(targetOf);
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
const reports: CampaignReport[] = [];
for (const target of chosen) {
  const options = {
    seed: Number(values.seed),
    first: Number(values.first),
    cases: values.cases === undefined ? target.cases : Number(values.cases),
    seconds: values.seconds === undefined ? undefined : (Number(values.seconds) * target.share) / shares,
  };
  let shown = 0;
  const report = await campaign(target, options, (tried) => {
    if (!process.stderr.isTTY || Date.now() - shown < 500) return;
    shown = Date.now();
    process.stderr.write(`\r${target.name}: ${tried} of ${options.cases} `);
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  print(report);
  reports.push(report);
}
if (values.report !== undefined) await writeFile(values.report, `${JSON.stringify(reports, undefined, 2)}\n`);
const total = reports.reduce((sum, report) => sum + faultCount(report), 0);
console.log(total === 0 ? 'Nothing that must not happen was seen.' : `${total} faults.`);
process.exit(total === 0 ? 0 : 1);

function targetOf(name: string): (typeof targets)[number] {
  const found = targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  console.error(`There is no target ${name}; there are: ${targets.map((target) => target.name).join(', ')}.`);
  process.exit(2);
}

function print(report: CampaignReport): void {
  const { target, title, seed, first, tried, asked, seconds, faults, examples, outcomes } = report;
  console.log(`${target}: ${title}`);
  console.log(`  ${tried} of ${asked} cases from ${first}, seed ${seed}, ${seconds.toFixed(1)} s`);
  console.log(`  ${FAULTS.map((kind) => `${faults[kind]} ${kind}`).join(', ')}`);
  const often = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  console.log(
    `  outcomes: ${often
      .slice(0, 12)
      .map(([outcome, count]) => `${outcome} ${count}`)
      .join(', ')}`,
  );
  for (const { kind, index, what } of examples) console.log(`  ${kind} in case ${index}: ${what}`);
}
