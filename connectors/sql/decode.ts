/** Texts whose bytes are not in the encoding that their column claims: read as bytes, decoded as the mapping says. */
import { TextDecoder } from 'node:util';
import type { RawRow, RawValue } from '../contract';
import { UNREADABLE } from '../mapping/row-mapper';

/** Column → the encoding of its bytes, and what decodes it. */
export type Decoders = ReadonlyMap<string, { readonly name: string; readonly decoder: TextDecoder }>;

export function decodersOf(encoding: Readonly<Record<string, string>> | undefined): Decoders {
  return new Map(
    Object.entries(encoding ?? {}).map(([column, name]) => [
      column,
      { name, decoder: new TextDecoder(name, { fatal: true, ignoreBOM: true }) },
    ]),
  );
}

/** The row with the hex of its encoded columns decoded; bytes that are no text make the row unreadable. */
export function decoded(row: Readonly<Record<string, RawValue>>, decoders: Decoders): RawRow {
  const raw: Record<string, RawValue> = { ...row };
  for (const [column, { name, decoder }] of decoders) {
    const hex = raw[column];
    if (typeof hex !== 'string') continue;
    try {
      raw[column] = decoder.decode(Buffer.from(hex, 'hex'));
    } catch {
      raw[UNREADABLE] = `${column} is not in ${name}: bytes ${hex.slice(0, 40)}`;
    }
  }
  return raw;
}
