import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AUDIT_ACTIONS } from './audit-actions';

const ROOT = path.join(__dirname, '../..');
const FOLDERS = ['controls', 'canonical', 'connectors', 'gateway', 'subgraphs', 'worker', 'cli'];
const AREAS = 'session|factor|recovery|account|grant|access|data|signOff|command|mapping|audit|alarm|request';
/** `action: 'x.y'`, also behind a condition. */
const WRITTEN = new RegExp(`action:[^,;}]*?'((?:${AREAS})\\.[a-z][A-Za-z]+)'`, 'gu');

test('every act that the code writes is on the list', () => {
  const written = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(path.join(ROOT, folder, file), 'utf8').matchAll(WRITTEN)])
      .map(([, action]) => action ?? ''),
  );
  expect(written.length).toBeGreaterThan(20);
  expect([...new Set(written)].filter((action) => !AUDIT_ACTIONS.includes(action))).toEqual([]);
});

test('no act is listed twice', () => {
  expect(new Set(AUDIT_ACTIONS).size).toBe(AUDIT_ACTIONS.length);
});
