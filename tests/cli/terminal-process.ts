/**
 * A process that runs the `lotgraph` command again and again, so that its modules are loaded once: for each message the
 * arguments, and as the answer what it printed and its exit code.
 */
import 'reflect-metadata';
import type * as Main from '../../cli/main';

const MAIN = require.resolve('../../cli/main');
const printed = { out: '', err: '' };
process.setMaxListeners(0);
process.stdout.write = (text: string) => (printed.out += text) !== '';
process.stderr.write = (text: string) => (printed.err += text) !== '';
process.exit = ((code: number) => void (process.exitCode = code)) as typeof process.exit;

async function run(args: readonly string[]): Promise<void> {
  Object.assign(printed, { out: '', err: '' });
  process.exitCode = 0;
  process.argv = [process.execPath, 'lotgraph', ...args];
  // the program is built, and reads its arguments, when the module is loaded
  Reflect.deleteProperty(require.cache, MAIN);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  await (require(MAIN) as typeof Main).ended;
  process.send?.({ ...printed, code: process.exitCode });
}

process.on('message', (args: readonly string[]) => void run(args));
// commands take the gentler signals for themselves
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
