import { posix } from 'node:path';
import type { BatchReport, FileOutcome } from '../../contract/batch.ts';

/**
 * The report as one HTML page that needs nothing else: thumbnails are inside, and it runs no scripts.
 * @param outputPath  way from the page's folder to the output folder, with forward slashes, for links to the results;
 *   undefined leaves them out.
 */
export function htmlReport(report: BatchReport, outputPath: string | undefined): string {
  const { totals, files, settings, notices } = report;
  const bad = files.filter(({ status }) => status === 'failed' || status === 'pending');
  const good = files.filter(({ status }) => status === 'done' || status === 'skipped');
  const hasMarks = files.some((file) => file.status === 'done' && file.thumbnails?.marked !== undefined);
  const title = `Langevin batch: ${totals.done} of ${totals.inputs} done`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p class="totals">${summary(report)}</p>
<p>${escape(report.output)} · ${time(report.started)} to ${time(report.finished)} · ${escape(report.program)}</p>
${notices.length > 0 ? `<h2>Notices</h2>\n<ul>${notices.map((notice) => `<li>${escape(notice)}</li>`).join('\n')}</ul>` : ''}
${bad.length > 0 ? `<h2 id="failures">Not restored</h2>\n${table(['Picture', 'Reason'], bad.map(badRow))}` : ''}
${
  good.length > 0
    ? `<h2>Restored${totals.skipped > 0 ? ' or skipped' : ''}</h2>\n${table(
        ['Before', ...(hasMarks ? ['Found'] : []), 'After', 'Picture', 'Size', 'Seconds'],
        good.map((file) => goodRow(file, outputPath, hasMarks)),
      )}`
    : ''
}
<details><summary>Settings</summary>
${table(
  ['Setting', 'Value'],
  Object.entries(settings).map(([name, value]) => row([escape(name), escape(`${value}`)])),
)}
</details>
</body>
</html>
`;
}

function summary({ totals, cancelled, files }: BatchReport): string {
  const seconds = files.reduce((sum, file) => sum + ('seconds' in file ? file.seconds : 0), 0);
  const parts = [
    `${totals.done} done`,
    totals.failed > 0 ? `<a href="#failures">${totals.failed} failed</a>` : '0 failed',
    totals.skipped > 0 ? `${totals.skipped} skipped` : '',
    totals.pending > 0 ? `${totals.pending} not reached` : '',
    cancelled ? 'cancelled' : '',
    `${seconds.toFixed(0)} s of work`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function badRow(file: FileOutcome): string {
  const reason =
    file.status === 'failed' ? `${escape(file.message)} <code>${escape(file.code)}</code>` : 'Not reached.';
  return row([escape(file.input), reason]);
}

function goodRow(file: FileOutcome, outputPath: string | undefined, hasMarks: boolean): string {
  if (file.status !== 'done') {
    return row([
      '',
      ...(hasMarks ? [''] : []),
      '',
      escape(file.input),
      '',
      file.status === 'skipped' ? escape(file.reason) : '',
    ]);
  }
  const { input, outputs, thumbnails, width, height, seconds, notices } = file;
  const links = outputs.map((name) => {
    const text = escape(name);
    return outputPath === undefined ? text : `<a href="${escape(relativeLink(outputPath, name))}">${text}</a>`;
  });
  const remarks = notices.map((notice) => `<br><small>${escape(notice)}</small>`).join('');
  return row([
    thumbnails === undefined ? '' : picture(thumbnails.before, `${input} before`),
    ...(hasMarks
      ? [thumbnails?.marked === undefined ? '' : picture(thumbnails.marked, `${input}, what was found`)]
      : []),
    thumbnails === undefined ? '' : picture(thumbnails.after, `${input} after`),
    `${escape(input)}<br>→ ${links.join(', ')}${remarks}`,
    `${width} × ${height}`,
    `${seconds.toFixed(1)}${file.earlier ? '<br><small>earlier run</small>' : ''}`,
  ]);
}

function picture(base64: string, description: string): string {
  return `<img src="data:image/jpeg;base64,${escape(base64)}" alt="${escape(description)}">`;
}

/** A relative URL; each part of the path is encoded, so that % and # in names are just characters. */
function relativeLink(folder: string, name: string): string {
  const path = posix.join(folder, name).split('/').map(encode).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Names from Windows may have halves of surrogate pairs, which URLs cannot. */
function encode(part: string): string {
  return encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function table(heads: readonly string[], rows: readonly string[]): string {
  return `<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function time(iso: string): string {
  return `<time datetime="${escape(iso)}">${escape(iso.slice(0, 19).replace('T', ' '))} UTC</time>`;
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8885; padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
tr { content-visibility: auto; contain-intrinsic-height: 6rem; }
img { display: block; max-width: 10rem; }
.totals { font-size: 1.2rem; }
`;
