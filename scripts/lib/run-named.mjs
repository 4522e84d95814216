// Runs one of the TypeScript programs of a folder by its name; without a name, lists them.
import { listFiles, installIfNeeded, requireNode, runNode } from './project.mjs';

/** `NAME [--json] [arguments]` → the program's exit code. */
export async function runNamed({ folder, suffix, word }) {
  requireNode();
  installIfNeeded();
  const names = listFiles([folder], (file) => file.endsWith(suffix)).map((file) =>
    file.slice(folder.length + 1, -suffix.length),
  );
  const [name, ...rest] = process.argv.slice(2);
  if (name !== undefined && names.includes(name)) {
    return await runNode([
      '--expose-gc',
      '--max-semi-space-size=64',
      '-r',
      './scripts/lib/typescript.cjs',
      `${folder}/${name}${suffix}`,
      ...rest,
    ]);
  }
  if (name !== undefined && !name.startsWith('-')) console.error(`There is no ${word} "${name}".`);
  console.error(names.length === 0 ? `There is no ${word} yet.` : `Name one: ${names.join(', ')}`);
  return 2;
}
