#!/usr/bin/env node
// The `lotgraph` command: runs the compiled command line, building it first when it is not there.
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const main = path.join(root, 'dist/cli/main.js');
if (!existsSync(main)) {
  const { status } = spawnSync(process.execPath, [path.join(__dirname, 'build.mjs')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
process.env.LOTGRAPH_ROOT ??= root;
require(main);
