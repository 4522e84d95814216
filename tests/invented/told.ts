/** What a copy holds, in the words of the expectations of the invented systems. */
import type { PresetCopy } from '../presets/support/preset-copy';

/** `item lot > item lot`, each edge once, sorted. */
export async function genealogyOf(copy: PresetCopy): Promise<string[]> {
  const rows = await copy.ask<Record<'ai' | 'a' | 'di' | 'd', string>>(
    `SELECT ai.code AS ai, a.lot_number AS a, di.code AS di, d.lot_number AS d FROM genealogy_edge e
       JOIN lot a ON a.pk = e.ancestor_lot_pk JOIN item ai ON ai.pk = a.item_pk
       JOIN lot d ON d.pk = e.descendant_lot_pk JOIN item di ON di.pk = d.item_pk`,
  );
  return [...new Set(rows.map(({ ai, a, di, d }) => `${ai} ${a} > ${di} ${d}`))].sort();
}

interface Kept {
  readonly key: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Records of a stream that have these fields. */
export async function recordsWith(
  copy: PresetCopy,
  stream: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<Kept[]> {
  const rows = await copy.ask<{ key: string; canonical: string }>(
    `SELECT r.native_key AS "key", v.canonical FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk
       JOIN source_version v ON v.record_pk = r.pk AND v.version = r.version WHERE s.name = ?`.replaceAll(
      '"key"',
      '`key`',
    ),
    stream,
  );
  return rows
    .map(({ key, canonical }) => ({ key, record: JSON.parse(canonical) as Record<string, unknown> }))
    .filter(({ record }) => Object.entries(fields).every(([name, value]) => record[name] === value));
}

/** Lots of movements of which the record tells that the lot stood on another row, sorted. */
export async function lotsFromElsewhere(copy: PresetCopy): Promise<{ key: string; lot: unknown }[]> {
  const rows = await copy.ask<{ pk: string | number }>(
    "SELECT r.pk FROM source_record r JOIN source_stream s ON s.pk = r.stream_pk WHERE s.name = 'movements'",
  );
  const sources = await copy.services.canonical.sourcesOf(rows.map(({ pk }) => Number(pk)));
  const found = [...sources.values()].filter(({ via }) => via.some((name) => name.startsWith('lotNumber')));
  return await Promise.all(
    found.map(async ({ nativeKey }) => ({
      key: nativeKey,
      lot: (await copy.record('movements', nativeKey))['lotNumber'],
    })),
  );
}
