/** Names of the lots and places that a proposal gives by their ids, for people who sign it. */
import { fromId, toId, type IdKind } from '../../../canonical/ids';
import type { Json } from '../../../controls/audit/audit-entry';
import { selectIn } from '../../../platform/database/select-in';
import type { GovernanceContext } from '../context';

interface NamedRow {
  readonly pk: number;
  readonly name: string;
  readonly parent: string;
}

/** What names a kind of thing, and the terms that its reader must be able to read. */
const NAMED: readonly { kind: IdKind; terms: readonly string[]; sql: string }[] = [
  {
    kind: 'lot',
    terms: ['item.code', 'lot.lotNumber'],
    sql: 'SELECT l.pk AS pk, l.lot_number AS name, i.code AS parent FROM lot l JOIN item i ON i.pk = l.item_pk WHERE l.pk IN (?)',
  },
  {
    kind: 'location',
    terms: ['site.code', 'location.code'],
    sql: 'SELECT l.pk AS pk, l.code AS name, s.code AS parent FROM location l JOIN site s ON s.pk = l.site_pk WHERE l.pk IN (?)',
  },
];

/** Ids among the values, with the names of what they stand for; who sees the proposal sees the rows that it names. */
export async function namesOfIds(
  { access, services }: Pick<GovernanceContext, 'access' | 'services'>,
  given: Json,
): Promise<ReadonlyMap<string, string>> {
  const texts = textsIn(given);
  const names = new Map<string, string>();
  for (const { kind, terms, sql } of NAMED) {
    const keys = [...new Set(texts.flatMap((text) => fromId(kind, text) ?? []))];
    if (keys.length === 0 || !terms.every((term) => access.term(term) === 'READ')) continue;
    for (const row of await selectIn<NamedRow>(services.database.reader, sql, keys)) {
      const id = toId(kind, row.pk);
      names.set(id, `${row.parent}/${row.name} (${id})`);
    }
  }
  return names;
}

/** The value with its ids named, wherever they stand. */
export function named(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => named(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries<Json>(value as Readonly<Record<string, Json>>).map(([name, one]) => [
      name,
      named(one, names),
    ]),
  );
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values<Json>(value as Readonly<Record<string, Json>>).flatMap(textsIn);
}
