// `npm start`: installs and builds what is missing, then runs everything, in demo mode unless told otherwise.
import { installIfNeeded, requireNode, root, runNode } from './lib/project.mjs';

requireNode();
installIfNeeded();
const { build } = await import('./build.mjs');
const failed = await build();
if (failed !== 0) process.exit(failed);

const env = { ...process.env, LOTGRAPH_ROOT: process.env.LOTGRAPH_ROOT ?? root };
env.LOTGRAPH_MODE ||= 'demo';
const args = ['--max-semi-space-size=64', 'dist/cli/main.js', 'start', ...process.argv.slice(2)];
process.exitCode = await runNode(args, { env });
