/**
 * Looks at the text of an entry without reading it as JSON, which takes several times longer. Canonical JSON has its names
 * in order: an entry begins with its action and ends with its records, and quotes within texts are escaped. Pure.
 */
import { MUST_ESCAPE } from '../../../platform/canonical-json';
import { lengthWithin } from '../entry-mac';

const BATCH_START = '{"action":"sync.batch"';
const RECORDS_NONE = '"records":[],"v":1';

/** Whether an entry seals records or a batch. */
export const seals = (body: string): boolean => !recordsNone(body) || body.startsWith(BATCH_START);

/** False also where it cannot tell. */
export const recordsNone = (body: string): boolean =>
  body.endsWith('}') && body.startsWith(RECORDS_NONE, lengthWithin(body) - RECORDS_NONE.length);

/** Looks for text first where the entry before had its own: entries alike have it at the same place. */
export class TextOf {
  #at = 0;

  /** Where the text ends; -1 where it is not. */
  endIn(body: string, text: string): number {
    if (!body.startsWith(text, this.#at)) {
      const found = body.indexOf(text);
      if (found < 0) return -1;
      this.#at = found;
    }
    return this.#at + text.length;
  }
}

/** The actor, who has no objects within, is followed by the instant. */
const AT = '},"at":"';
const SECOND = 1_000;
/** Instants that a Date can hold. */
const MOST_MS = 8.64e15;

/** Holds an instant to that of a body. The text of an instant down to the second is made once a second. */
export class InstantOf {
  #second = Number.NaN;
  #start = '';

  /** Where the text of the instant ends; -1 where the body says another one. */
  endIn(body: string, at: number | null): number {
    if (at === null || !Number.isSafeInteger(at) || Math.abs(at) > MOST_MS) return -1;
    const second = Math.floor(at / SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#start = new Date(second * SECOND).toISOString().slice(0, -'000Z'.length);
    }
    const place = body.indexOf(AT);
    const found = place + AT.length;
    const rest = found + this.#start.length;
    const ms = body.slice(rest, rest + 3);
    const fits =
      place >= 0 &&
      body.startsWith(this.#start, found) &&
      body.startsWith('Z"', rest + 3) &&
      ms === String(at - second * SECOND).padStart(3, '0');
    return fits ? rest + 'nnnZ"'.length : -1;
  }
}

/** Goes along a body for as long as it says what it is asked for. */
export class Along {
  #at = 0;
  #fits = true;

  constructor(private readonly body: string) {}

  /** Goes on at a place. */
  from(at: number): this {
    this.#at = at;
    return this;
  }

  text(text: string): this {
    this.#fits &&= this.body.startsWith(text, this.#at);
    this.#at += text.length;
    return this;
  }

  /** Goes on at the next such text. */
  next(text: string): this {
    const found = this.body.indexOf(text, this.#at);
    this.#fits &&= found >= 0;
    return this.from(found + text.length);
  }

  value(value: string | null): this {
    if (value === null) return this.text('null');
    return MUST_ESCAPE.test(value) ? this.text(JSON.stringify(value)) : this.text('"').text(value).text('"');
  }

  get fits(): boolean {
    return this.#fits;
  }
}
