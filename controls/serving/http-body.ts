/** Reads a request's body whole, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../platform/errors';

/** Thrown when the body is longer than `limit` bytes: REQUEST_TOO_LARGE; or breaks off: INVALID_REQUEST. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge(limit));
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', (error) => reject(new GatewayError('INVALID_REQUEST', undefined, {}, error)));
  });
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError('REQUEST_TOO_LARGE', `The request is larger than ${limit} bytes.`, { limit });
}
