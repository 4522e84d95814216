/** One element of a label: an Application Identifier with its value, and where it stood in the input. */
export interface UdiElement {
  readonly ai: string;
  readonly value: string;
  /** Index of the value's first character in the input, from 0. */
  readonly index: number;
}

/** What separates elements in transmitted data (FNC1 arrives as ASCII 29), and the sign that some show for it. */
export const SEPARATORS: ReadonlySet<string> = new Set(['\u001d', '\u241d']);
export const SEPARATOR = '\u001d';
