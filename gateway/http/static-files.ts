/** Serves the files of one folder, all known beforehand: what is not among them does not exist. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/**
 * Everything from ourselves, nothing inline but styles: the editor sets them from script, and a style cannot call out
 * while every other kind of source is ours.
 */
export const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class StaticFiles {
  readonly #files = new Map<string, string>();

  /** Knows every file below `folder`, under `prefix`; a folder that is not there has none. */
  constructor(folder: string, prefix: string) {
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const url = path.relative(folder, file).split(path.sep).join('/');
      this.#files.set(`${prefix}/${url}`, file);
      if (url === 'index.html') this.#files.set(prefix, file).set(`${prefix}/`, file);
    }
  }

  /** True when the request was answered. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const file = this.#files.get((request.url ?? '').split('?')[0] ?? '');
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    const content = readFileSync(file);
    // the bundler puts a hash of the content into the names below assets/
    const lasting = file.includes(`${path.sep}assets${path.sep}`);
    response.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-length': content.length,
      'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(request.method === 'HEAD' ? undefined : content);
    return true;
  }
}
