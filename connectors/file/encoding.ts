/** Bytes of a file as text: in the encoding that the mapping declares, or in one that the bytes themselves show. */
import { analyse } from 'chardet';

export interface DecodedText {
  readonly text: string;
  /** As the platform calls it. */
  readonly encoding: string;
  /** What shows it: a mark at the beginning, validity, or likeness with its confidence in percent. */
  readonly evidence: string;
}

/** Below this likeness nothing is taken for shown. */
const LEAST_CONFIDENCE = 40;
/** Letters of this many bytes are looked at; more does not make it surer. */
const SAMPLE_BYTES = 64 * 1024;

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Decodes in a declared encoding, or detects one of at least this likeness in percent. Throws when bytes are none of it, or nothing shows one. */
export function decode(
  bytes: Buffer,
  declared: string | undefined,
  least: number = LEAST_CONFIDENCE,
): DecodedText {
  if (declared !== 'detect') {
    const encoding = declared ?? 'utf-8';
    return { text: strictly(bytes, encoding), encoding, evidence: 'declared' };
  }
  const mark = MARKS.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
  if (mark !== undefined)
    return { text: strictly(bytes, mark[0]), encoding: mark[0], evidence: 'byte order mark' };
  try {
    const text = strictly(bytes, 'utf-8');
    const isAscii = bytes.every((byte) => byte < 0x80);
    return { text, encoding: 'utf-8', evidence: isAscii ? 'nothing beyond ASCII' : 'valid UTF-8' };
  } catch {
    return likely(bytes, least);
  }
}

function likely(bytes: Buffer, least: number): DecodedText {
  const candidates = analyse(sampleOf(bytes)).filter(({ name }) => !name.startsWith('UTF-'));
  for (const { name, confidence } of candidates) {
    if (confidence < least) break;
    const encoding = name.toLowerCase();
    try {
      return { text: strictly(bytes, encoding), encoding, evidence: `likeness ${Math.round(confidence)} %` };
    } catch {
      // bytes that are none of it, or an encoding that the platform does not know: the next may fit
    }
  }
  throw new TypeError('the encoding cannot be told from the bytes: declare it');
}

/** Lines with letters beyond ASCII are what tells encodings apart; the others only thin them out. */
function sampleOf(bytes: Buffer): Buffer {
  const lines: Buffer[] = [];
  let size = 0;
  for (let start = 0; start < bytes.length && size < SAMPLE_BYTES;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found + 1;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte >= 0x80)) {
      lines.push(line);
      size += line.length;
    }
    start = end;
  }
  return Buffer.concat(lines).subarray(0, SAMPLE_BYTES);
}

function strictly(bytes: Buffer, encoding: string): string {
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}
