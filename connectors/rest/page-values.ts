/** What the body of a reading may name. */
export const PAGE_VALUES: ReadonlySet<string> = new Set([
  'offset',
  'page',
  'size',
  'cursor',
  'since',
  'columns',
]);
