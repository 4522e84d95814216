// `npm run compliance [-- --check]`: joins docs/compliance/controls.yaml with the tags in names of tests, and writes
// docs/compliance.md. `--root=DIR` does so for another tree.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderCompliance } from './lib/compliance.mjs';
import { root as own } from './lib/project.mjs';

const named = process.argv.find((argument) => argument.startsWith('--root='));
const root = named === undefined ? own : named.slice('--root='.length);
const target = path.join(root, 'docs/compliance.md');
const { text, problems } = renderCompliance(root);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
  console.log('Wrote docs/compliance.md.');
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('docs/compliance.md is not up to date: run `npm run compliance`.');
  process.exit(1);
}
