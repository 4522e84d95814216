// Runs TypeScript as it stands: `node -r ./scripts/lib/typescript.cjs FILE.ts`. What swc makes of a text is kept
// with the hash of it: a program that starts again loads no compiler, which would take longer than the program.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { version } = require('@swc/core/package.json');
const options = require('./swc-options.cjs');

const MADE_BY = JSON.stringify({ version, options });
const folder = path.resolve(__dirname, '../../node_modules/.cache/lotgraph/typescript');

/** File → its JavaScript, which ends with its map: traces name lines of the TypeScript. */
const made = new Map();

require('source-map-support').install({
  environment: 'node',
  handleUncaughtExceptions: false,
  retrieveFile: (file) => made.get(file) ?? null,
});

require.extensions['.ts'] = (module, file) => {
  const text = readFileSync(file, 'utf8');
  // stands at the end, so that lines stay what the map says
  const mark = `\n//${hashOf(`${MADE_BY}\n${text}`)}`;
  const kept = path.join(folder, `${hashOf(file)}.js`);
  const javascript = readKept(kept, mark) ?? keep(kept, transform(text, file) + mark);
  made.set(file, javascript);
  module._compile(javascript, file);
};

const hashOf = (text) => createHash('sha256').update(text).digest('hex');

function readKept(kept, mark) {
  try {
    const javascript = readFileSync(kept, 'utf8');
    return javascript.endsWith(mark) ? javascript : null;
  } catch {
    return null;
  }
}

/** Others may start at the same time: they see a file whole or not at all. */
function keep(kept, javascript) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, javascript);
  renameSync(`${kept}.${process.pid}`, kept);
  return javascript;
}

const transform = (text, filename) => require('@swc/core').transformSync(text, { ...options, filename }).code;
