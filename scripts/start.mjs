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
if (process.env.npm_lifecycle_event !== undefined) stopWithParent();
// the channel tells the child when this process is gone, however it went
process.exitCode = await runNode(args, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });

/** npm starts us through a shell that dies of a signal without passing it on; then its end is our signal. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}
