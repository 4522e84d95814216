// What every script needs: where the project is, how to run a program of it, and stamps of what is already done.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const stamps = path.join(root, 'node_modules/.cache/lotgraph');

/** Ends with a sentence when this Node is too old to run the product. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`LotGraph needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a script of a package with this Node; resolves with its exit code. */
export function runNode(args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', ...options });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** Installs what package-lock.json says, when it is not what stands in node_modules. */
export function installIfNeeded() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  if (readStamp('install') === hash) return;
  if (!isInstalled(JSON.parse(lock))) {
    console.log('Installing packages …');
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeStamp('install', hash);
}

/** True when npm's own record of node_modules holds every package of the lock file in its version. */
function isInstalled(lock) {
  const record = readJson(path.join(root, 'node_modules/.package-lock.json'));
  if (record === null) return false;
  return Object.entries(lock.packages).every(
    ([name, { version, optional }]) =>
      name === '' || optional === true || record.packages[name]?.version === version,
  );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

export function readStamp(name) {
  try {
    return readFileSync(path.join(stamps, name), 'utf8');
  } catch {
    return null;
  }
}

export function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(path.join(stamps, name), value);
}

/** Every file below the folders that `wanted` accepts, as paths from the root. */
export function listFiles(folders, wanted) {
  const files = [];
  const walk = (folder) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(file);
      else if (wanted(file)) files.push(file);
    }
  };
  for (const folder of folders)
    if (statSync(path.join(root, folder), { throwIfNoEntry: false })) walk(folder);
  return files.sort();
}

/** Names, sizes and times of files, hashed: reading no content keeps it fast. */
export function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = statSync(path.join(root, file));
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}
