// Compiles the server side to dist/ and bundles the console; what did not change is skipped.
// Files that are not code (YAML, GraphQL) stay where they are: processes find them from the project's folder.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { listFiles, readStamp, root, runNode, stampOf, writeStamp } from './lib/project.mjs';

const isSource = (file) => file.endsWith('.ts') && !file.endsWith('.test.ts');

function serverPart() {
  const folders = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')).include.filter(
    (folder) => folder !== 'tests' && folder !== 'bench',
  );
  const sources = listFiles(folders, isSource);
  return {
    name: 'build-server',
    title: 'Compiling',
    stamp: stampOf([...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']),
    output: path.join(root, 'dist/cli/main.js'),
    run: async () => {
      // the compiler skips what its record says was written before, even when dist/ is gone
      if (!existsSync(path.join(root, 'dist/cli/main.js'))) {
        rmSync(path.join(root, 'node_modules/.cache/lotgraph/build.tsbuildinfo'), { force: true });
      }
      const code = await runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
      if (code === 0) removeOrphans();
      return code;
    },
  };
}

/** Removes what was compiled from sources that are no longer there. */
function removeOrphans() {
  for (const file of listFiles(
    ['dist'],
    (name) => name.endsWith('.js') && !name.startsWith('dist/console/'),
  )) {
    const source = path.join(root, `${file.slice('dist/'.length, -'.js'.length)}.ts`);
    if (existsSync(source)) continue;
    rmSync(path.join(root, file));
    rmSync(path.join(root, `${file}.map`), { force: true });
  }
}

function graphiqlPart() {
  const sources = listFiles(['console/graphiql'], () => true);
  return {
    name: 'build-graphiql',
    title: 'Bundling GraphiQL',
    stamp: stampOf([...sources, 'package-lock.json']),
    output: path.join(root, 'dist/console/graphiql/index.html'),
    run: () =>
      runNode([
        'node_modules/vite/bin/vite.js',
        'build',
        'console/graphiql',
        '--logLevel',
        'error',
        '--configLoader',
        'native',
      ]),
  };
}

/** Builds what changed. Resolves to 0 when all is up to date. */
export async function build() {
  const parts = [serverPart(), graphiqlPart()].filter(
    (part) => readStamp(part.name) !== part.stamp || !existsSync(part.output),
  );
  const codes = await Promise.all(
    parts.map(async (part) => {
      console.log(`${part.title} …`);
      const code = await part.run();
      if (code === 0) writeStamp(part.name, part.stamp);
      return code;
    }),
  );
  return codes.find((code) => code !== 0) ?? 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await build();
