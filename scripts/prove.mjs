// `npm run prove -- NAME [--json]`: runs bench/prove/NAME.ts, which shows one promise kept on a system at work.
import { runNamed } from './lib/run-named.mjs';

process.exitCode = await runNamed({ folder: 'bench/prove', suffix: '.ts', word: 'proof' });
