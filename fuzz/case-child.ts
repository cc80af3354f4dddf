/** Entry of a process that tries cases of an isolated target; its one argument is a CaseOrder as JSON. */
import { FuzzRandom } from './fuzz-random.ts';
import type { CaseOrder, CaseReport, CheckCase } from './isolated-cases.ts';
import { streamOf } from './stream.ts';

const { module, seed, target, first, cases } = JSON.parse(process.argv[2]) as CaseOrder;
const { check } = (await import(module)) as { check: CheckCase };

function say(report: CaseReport): Promise<void> {
  return new Promise((resolve) => process.send!(report, () => resolve()));
}

for (let index = first; index < first + cases; index++) {
  await say({ type: 'begin', index });
  const random = new FuzzRandom(seed, streamOf(target), index);
  const outcome = await check(random, index, (kind, what) => void say({ type: 'fault', index, kind, what }));
  await say({ type: 'end', index, outcome });
}
process.disconnect();
