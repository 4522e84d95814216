import path from 'node:path';

/** Arguments of Node for a process that a suite starts from a TypeScript file. */
export const RUN_TYPESCRIPT: readonly string[] = [
  '-r',
  path.resolve(__dirname, '../../scripts/lib/typescript.cjs'),
];
