import { join } from 'node:path';
import { Command } from 'commander';
import { isAbsence } from '../../../../batch/file-system.ts';
import { nodeFileSystem } from '../../../../batch/node-file-system.ts';
import { mergeReports } from '../../../../batch/report/merge-reports.ts';
import { parseReport } from '../../../../batch/report/report-schema.ts';
import { htmlPath, writeReport } from '../../../../batch/report/write-report.ts';
import { stateFolder } from '../../../../batch/state-folder.ts';
import type { BatchReport } from '../../../../contract/batch.ts';
import { readInputFile } from '../../../files/read-file.ts';
import { EXIT } from '../../exit-codes.ts';
import { addReportingOptions, type ReportingFlags } from '../../options.ts';
import { Output } from '../../output.ts';
import { assertReport } from './report-place.ts';

interface MergeFlags extends ReportingFlags {
  readonly report?: string;
}

/** `langevin batch merge REPORTS…` */
export function mergeCommand(): Command {
  const command = new Command('merge')
    .description('make one report from those of the shards of a batch')
    .argument('<reports...>', 'report files, or the output folder of the batch')
    .option('--report <file>', 'where to write the report (JSON, and HTML beside it)', 'report.json');
  addReportingOptions(command);
  return command.action(async (paths: string[], flags: MergeFlags) => {
    process.exitCode = await merge(paths, flags.report ?? 'report.json', new Output(flags));
  });
}

/** @returns the exit code: that of the whole batch. */
async function merge(paths: readonly string[], path: string, output: Output): Promise<number> {
  const reports: BatchReport[] = [];
  const files = await reportFiles(paths);
  await assertReport(path, files);
  for (const file of files) reports.push(parseReport(await readInputFile(file), file));
  const report = mergeReports(reports);
  await writeReport(nodeFileSystem, report, path, (_path, write) => write());
  const { totals, shards } = report;
  const { done, failed, skipped, pending } = totals;
  const text = `${shards.length} shards: ${done} done, ${failed} failed, ${skipped} skipped, ${pending} not reached.`;
  output.say(`${text} Report: ${htmlPath(path)}`, { type: 'result', ...totals, shards, report: path });
  return failed + pending > 0 ? EXIT.failed : EXIT.done;
}

/** The reports in the state folder of a named output folder; a named file itself. */
async function reportFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    try {
      const folder = stateFolder(path);
      const names = (await nodeFileSystem.list(folder)).map(({ name }) => name);
      files.push(...names.filter((name) => /^report.*\.json$/.test(name)).map((name) => join(folder, name)));
    } catch (error) {
      if (!isAbsence(error)) throw error;
      files.push(path);
    }
  }
  return files;
}
