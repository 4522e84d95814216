/** Texts of a bounded number of bytes: the vendors refuse longer ones whole. */

/** The longest beginning of the text that has at most `bytes` bytes, never half a character. */
export function withinBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let size = 0;
  let kept = '';
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes - Buffer.byteLength('…')) return `${kept}…`;
    kept += character;
  }
  return kept;
}
