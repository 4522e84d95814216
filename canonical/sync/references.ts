/** The references inside canonical records, resolved all at once for a batch. */
import type { CanonicalRecord } from '../../connectors/contract';
import { selectIn } from '../../platform/database/select-in';
import {
  type FieldDefinition,
  type RecordType,
  recordTypeDefinition,
} from '../../schema/records/record-types';
import type { EntityManager } from 'typeorm';
import type { ResolvedReferences } from './facts';
import type { IdentityResolver, LotReference } from './identity';
import { locationKey } from './identity-stubs';
import { textOf } from './values';

/** What the references of one record lead to, and what could not be told for certain. */
export interface Resolution {
  readonly refs: ResolvedReferences;
  /** The golden entity that the record describes; null for facts. */
  readonly entityPk: number | null;
  readonly doubt: LotDoubt | null;
}

export interface LotDoubt {
  readonly rule: 'AMBIGUOUS_LOT' | 'UNKNOWN_LOT' | 'NO_LOT';
  readonly lotNumber: string | null;
  readonly candidates: readonly number[];
}

const NO_REFS: ResolvedReferences = {
  itemPk: null,
  lotPk: null,
  sitePk: null,
  locationPk: null,
  partyPk: null,
};

/** Resolves the references of records of one type. */
export class ReferenceResolver {
  readonly #fields: readonly (readonly [string, FieldDefinition])[];
  readonly #byNumber = new Map<string, number[]>();

  constructor(
    private readonly recordType: RecordType,
    private readonly identity: IdentityResolver,
    private readonly manager: EntityManager,
    /** The system whose words the records are. */
    private readonly system: string,
  ) {
    this.#fields = Object.entries(recordTypeDefinition(recordType).fields);
  }

  /** Looks up or mints everything that the records refer to. Afterwards `resolutionOf` answers for each. */
  async prepare(records: readonly CanonicalRecord[]): Promise<void> {
    for (const kind of ['item', 'site', 'party'] as const)
      await this.identity.resolve(kind, this.#keysOf(kind, records), this.system);
    const locations = new Set<string>();
    for (const record of records) {
      const key = this.#locationKeyOf(record);
      if (key !== null) locations.add(key);
    }
    await this.identity.resolve('location', locations, this.system);
    const references = records.map((record) => this.#lotReferenceOf(record)).filter((one) => one !== null);
    await this.identity.loadLotGroups(references);
    await this.#loadLotsByNumber(records);
  }

  resolutionOf(record: CanonicalRecord): Resolution {
    const site = textOf(record, 'site');
    const location = this.#locationKeyOf(record);
    const party = textOf(record, 'party');
    const item = this.#itemKeyOf(record);
    const base: ResolvedReferences = {
      ...NO_REFS,
      itemPk: item === null ? null : this.identity.pkOf('item', item, this.system),
      sitePk: site === null ? null : this.identity.pkOf('site', site, this.system),
      locationPk: location === null ? null : this.identity.pkOf('location', location, this.system),
      partyPk: party === null ? null : this.identity.pkOf('party', party, this.system),
    };
    switch (this.recordType) {
      case 'item':
        return { refs: base, entityPk: base.itemPk, doubt: null };
      case 'site':
        return {
          refs: base,
          entityPk: this.identity.pkOf('site', textOf(record, 'code') ?? '', this.system),
          doubt: null,
        };
      case 'party':
        return {
          refs: base,
          entityPk: this.identity.pkOf('party', textOf(record, 'code') ?? '', this.system),
          doubt: null,
        };
      case 'location':
        return { refs: base, entityPk: base.locationPk, doubt: null };
      default:
        return this.#withLot(record, base);
    }
  }

  #withLot(record: CanonicalRecord, base: ResolvedReferences): Resolution {
    const reference = this.#lotReferenceOf(record);
    if (reference) {
      const { pk, ambiguousWith } = this.identity.lot(reference, this.system);
      const doubt: LotDoubt | null =
        ambiguousWith.length > 0 && this.recordType !== 'lot'
          ? { rule: 'AMBIGUOUS_LOT', lotNumber: reference.lotNumber, candidates: ambiguousWith }
          : null;
      return { refs: { ...base, lotPk: pk }, entityPk: this.recordType === 'lot' ? pk : null, doubt };
    }
    const lotNumber = textOf(record, 'lotNumber');
    if (lotNumber === null) {
      const lost = this.recordType === 'inspection' && textOf(record, 'sterilizationLoad') === null;
      return {
        refs: base,
        entityPk: null,
        doubt: lost ? { rule: 'NO_LOT', lotNumber: null, candidates: [] } : null,
      };
    }
    const candidates = this.#byNumber.get(lotNumber) ?? [];
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined)
      return { refs: { ...base, lotPk: only }, entityPk: null, doubt: null };
    const rule = candidates.length === 0 ? 'UNKNOWN_LOT' : 'AMBIGUOUS_LOT';
    return { refs: base, entityPk: null, doubt: { rule, lotNumber, candidates } };
  }

  #keysOf(kind: 'item' | 'site' | 'party', records: readonly CanonicalRecord[]): Set<string> {
    const fields = this.#fields.filter(([, definition]) => definition.kind === kind).map(([name]) => name);
    const keys = new Set<string>();
    for (const record of records) {
      for (const field of fields) {
        const value = textOf(record, field);
        if (value !== null) keys.add(value);
      }
    }
    return keys;
  }

  #itemKeyOf(record: CanonicalRecord): string | null {
    return textOf(record, this.recordType === 'item' ? 'code' : 'item');
  }

  #locationKeyOf(record: CanonicalRecord): string | null {
    const code = textOf(record, this.recordType === 'location' ? 'code' : 'location');
    const site = textOf(record, 'site');
    return code === null || site === null
      ? null
      : locationKey(this.identity.pkOf('site', site, this.system), code);
  }

  #lotReferenceOf(record: CanonicalRecord): LotReference | null {
    const item = textOf(record, 'item');
    const lotNumber = textOf(record, 'lotNumber');
    if (item === null || lotNumber === null) return null;
    const manufacturer = textOf(record, 'manufacturer');
    return {
      itemPk: this.identity.pkOf('item', item, this.system),
      manufacturerPk: manufacturer === null ? null : this.identity.pkOf('party', manufacturer, this.system),
      lotNumber,
    };
  }

  /** A record that names a lot by number alone can be attributed only where the number is unique. */
  async #loadLotsByNumber(records: readonly CanonicalRecord[]): Promise<void> {
    const numbers = new Set<string>();
    for (const record of records) {
      const lotNumber = textOf(record, 'lotNumber');
      if (lotNumber !== null && textOf(record, 'item') === null) numbers.add(lotNumber);
    }
    const rows = await selectIn<{
      pk: number;
      lot_number: string;
      item_pk: number;
      manufacturer_pk: number | null;
    }>(
      this.manager,
      'SELECT pk, lot_number, item_pk, manufacturer_pk FROM lot WHERE lot_number IN (?) ORDER BY pk',
      [...numbers],
    );
    const { edges } = this.identity;
    const found = new Map([...numbers].map((number) => [number, new Set<number>()]));
    for (const { pk, lot_number: number, item_pk: item, manufacturer_pk: maker } of rows)
      if (!edges.isPart(pk) && !edges.isLeft(item, maker))
        found.get(number)?.add(edges.follow(pk, this.system));
    for (const [number, lots] of found)
      for (const { pk } of edges.lotsOfNumber(number)) {
        const end = edges.follow(pk, this.system);
        if (end !== pk) lots.add(end);
      }
    for (const [number, lots] of found) if (lots.size > 0) this.#byNumber.set(number, [...lots]);
  }
}
