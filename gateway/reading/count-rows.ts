/** Counts the rows of an answer: objects that stand in lists, at any depth. */

/** Walks without recursion, so that no answer is too deep to be counted. */
export function countRows(data: unknown): number {
  let rows = 0;
  const open: unknown[] = [data];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) {
        if (typeof item !== 'object' || item === null) continue;
        if (!Array.isArray(item)) rows += 1;
        open.push(item);
      }
    } else {
      // answers are plain objects: no list of their values is made only to be walked
      for (const name in value) {
        const inner = (value as Record<string, unknown>)[name];
        if (typeof inner === 'object' && inner !== null) open.push(inner);
      }
    }
  }
  return rows;
}
