// Writes out/licences.txt: Langevin's licence and those of everything the packages contain, from what the bundles say they
// are made of (see bundled-packages.ts) and the packages that stay outside of them. Fails when a text is missing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OUTSIDE = ['onnxruntime-node', 'onnxruntime-common', 'wasm-vips', '@tensorflow/tfjs-backend-wasm'];
const TEXTS = /^(licen[cs]e|copying|notice|third[-_]?party)/i;

const noted = readdirSync(join(root, 'out', 'packages')).flatMap((name) =>
  JSON.parse(readFileSync(join(root, 'out', 'packages', name), 'utf8')),
);
const folders = [...new Set([...noted, ...OUTSIDE.map((name) => `node_modules/${name}`)])];
const packages = folders.map(describe).sort((a, b) => (a.name < b.name ? -1 : 1));
const apache = packages.find(({ licence, text }) => licence === 'Apache-2.0' && text !== '')?.text;

const parts = [`Langevin\n\n${readFileSync(join(root, 'LICENSE'), 'utf8').trim()}`];
const seen = new Set();
for (const { name, version, licence, author, text } of packages) {
  if (seen.has(`${name}@${version}`)) continue;
  seen.add(`${name}@${version}`);
  const full = text !== '' ? text : standardText(licence, author, name);
  parts.push(`${name} ${version} (${licence})\n\n${full}`);
}
writeFileSync(join(root, 'out', 'licences.txt'), `${parts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`);

function describe(folder) {
  const path = join(root, folder);
  const { name, version, license, author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const files = readdirSync(path).filter((file) => TEXTS.test(file));
  const text = files.map((file) => readFileSync(join(path, file), 'utf8').trim()).join('\n\n');
  const by = typeof author === 'string' ? author : author?.name;
  return { name, version, licence: license ?? 'not stated', author: by ?? `the authors of ${name}`, text };
}

/** For packages that name their licence and leave its text out. */
function standardText(licence, author, name) {
  const parts = licence.split(' AND ');
  if (parts.length > 1) return parts.map((part) => standardText(part, author, name)).join('\n\n');
  if (licence === 'Apache-2.0' && apache !== undefined) return apache;
  if (licence === 'MIT') {
    const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
    return own.replace(/^Copyright.*$/m, `Copyright (c) ${author.replace(/ <.*| \(.*/, '')}`);
  }
  throw new Error(`${name} has no text of its licence (${licence}); add it to packaging/licences.js.`);
}
