// `npm run bench -- NAME [--json]`: runs bench/NAME.bench.ts.
import { runNamed } from './lib/run-named.mjs';

process.exitCode = await runNamed({ folder: 'bench', suffix: '.bench.ts', word: 'benchmark' });
