import { dirname } from 'node:path';
import { htmlPath } from '../../../../batch/report/write-report.ts';
import { assertOutputs } from '../../../files/output-guard.ts';
import { makeFolder } from '../../../files/write-file.ts';

/**
 * The report and the page beside it replace no input and nothing that is no plain file; their folder is made.
 * @throws what `assertOutputs` and `makeFolder` throw
 */
export async function assertReport(path: string, inputs: readonly string[]): Promise<void> {
  await makeFolder(dirname(path));
  await assertOutputs([path, htmlPath(path)], inputs);
}
