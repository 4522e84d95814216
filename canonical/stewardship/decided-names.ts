/** Names that differ and stand for one by the edges of the identity map: what holds golden rows to their records asks. */
import type { ReadOnlyDatabase } from '../../platform/database/read-only';
import { EVERY_SYSTEM, IdentityEdges, type IdentityEdge, lotOfKey } from '../sync/identity-edges';

type Named = 'item' | 'site' | 'location' | 'party' | 'lot';

interface Coded {
  readonly pk: number;
  readonly code: string;
}

/** Which other names of golden rows the names of records may lead to. */
export class DecidedNames {
  readonly #pairs = new Set<string>();

  static async load(database: ReadOnlyDatabase): Promise<DecidedNames> {
    const names = new DecidedNames();
    const all = await database.query<IdentityEdge>(
      'SELECT from_pk, system, to_pk, entity_type, natural_key FROM identity_edge ORDER BY from_pk, system',
    );
    const edges = new IdentityEdges(all);
    const systems = new Set([EVERY_SYSTEM, ...all.map((edge) => edge.system)]);
    for (const { from_pk: from, entity_type: type, natural_key: key } of all)
      for (const system of systems) {
        const end = edges.end(from, system);
        if (end !== null && end !== from)
          await names.#note(database, type as Named, system, { from, key, end });
      }
    return names;
  }

  /** Whether a golden row may say `stands` where a record of the system says `said`. */
  allow(kind: Named, system: string, said: string | null, stands: unknown): boolean {
    if (said === null || this.#pairs.size === 0) return false;
    return [system, EVERY_SYSTEM].some((one) => this.#pairs.has(keyOf(kind, one, said, String(stands))));
  }

  async #note(
    database: ReadOnlyDatabase,
    type: Named,
    system: string,
    { from, key, end }: { readonly from: number; readonly key: string; readonly end: number },
  ): Promise<void> {
    const lot = type === 'lot' ? lotOfKey(from, key) : null;
    if (lot !== null) {
      const [row] = await database.query<{ lot_number: string; item_pk: number }>(
        'SELECT lot_number, item_pk FROM lot WHERE pk = ?',
        [end],
      );
      if (row === undefined) return;
      this.#add('lot', system, lot.lotNumber, row.lot_number);
      await this.#noteItems(database, system, lot.itemPk, row.item_pk);
      return;
    }
    if (type === 'lot') return;
    const said = type === 'location' ? key.slice(key.indexOf('|') + 1) : key;
    const [row] = await database.query<Coded>(`SELECT pk, code FROM ${type} WHERE pk = ?`, [end]);
    if (row !== undefined) this.#add(type, system, said, row.code);
  }

  /** A lot may have been joined to one of another item, or of an item whose code is gone. */
  async #noteItems(database: ReadOnlyDatabase, system: string, from: number, to: number): Promise<void> {
    if (from === to) return;
    const rows = await database.query<Coded>('SELECT pk, code FROM item WHERE pk IN (?, ?)', [from, to]);
    const codeOf = (pk: number): string | undefined => rows.find((row) => row.pk === pk)?.code;
    const [said, stands] = [codeOf(from), codeOf(to)];
    if (said !== undefined && stands !== undefined) this.#add('item', system, said, stands);
  }

  #add(kind: Named, system: string, said: string, stands: string): void {
    this.#pairs.add(keyOf(kind, system, said, stands));
  }
}

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts);
