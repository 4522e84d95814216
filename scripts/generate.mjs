// `npm run generate [-- --check]`: composes the subgraphs and writes schema/generated/.
import { installIfNeeded, requireNode, runNode } from './lib/project.mjs';

requireNode();
installIfNeeded();
process.exitCode = await runNode([
  '-r',
  './scripts/lib/typescript.cjs',
  'gateway/compose/main.ts',
  ...process.argv.slice(2),
]);
