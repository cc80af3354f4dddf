// Prints the section of a version from CHANGELOG.md, for the notes of its release. Fails when there is none.
import { readFile } from 'node:fs/promises';

const version = process.argv[2];
const changelog = await readFile(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
const sections = changelog.split(/^## /m).slice(1);
const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
if (section === undefined) {
  process.stderr.write(`CHANGELOG.md has no section "## ${version}".\n`);
  process.exit(1);
}
process.stdout.write(`${section.slice(section.indexOf('\n')).trim()}\n`);
