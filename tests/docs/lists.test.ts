/** Lists in the documentation hold exactly what the code has. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '../../platform/errors';

const root = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

test('docs/errors.md lists exactly the error codes, with their status and words', () => {
  const listed = [
    ...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|/gm),
  ].map(([, code, status, en, zh]) => [code, { status: Number(status), en, zh }]);
  expect(Object.fromEntries(listed)).toEqual(ERROR_CODES);
});

test('docs/dependencies.md lists exactly the pins and overrides', () => {
  const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^ |]+) \|/gm)].map(
    ([, name, version]) => `${name ?? ''} ${version ?? ''}`,
  );
  const { dependencies, devDependencies, overrides } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const pinned = [dependencies, devDependencies, overrides].flatMap((group) =>
    Object.entries(group ?? {}).map(([name, version]) => `${name} ${version}`),
  );
  expect(listed.sort()).toEqual(pinned.sort());
  expect(pinned.filter((pin) => !/ \d+\.\d+\.\d+(-rc\.\d+)?$/.test(pin))).toEqual([]);
});
