/**
 * What is made when it is first asked for, and kept. Compiling a JSON Schema takes tens of milliseconds; no process
 * reads all kinds of documents that there are schemas for.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
