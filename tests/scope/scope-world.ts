/**
 * Worlds by chance, from a seed: three sites, two suppliers, and every kind of row that a limit can hide, in every
 * combination: a place or none, a lot or none, a number that another has too. Few of each, so that they meet.
 */
import type { ObjectLiteral } from 'typeorm';
import { ItemRow, LocationRow, PartyRow, SiteRow } from '../../canonical/entities/catalogue.entity';
import {
  QualityCountRow,
  QualityMeasurementRow,
  QualityScoreRow,
  QualityStreamRow,
} from '../../canonical/data-quality/data-quality.entity';
import { countId, stretchOf } from '../../canonical/data-quality/version-counts';
import { FindingRow } from '../../canonical/entities/governance.entity';
import { LotHoldRow, LotRow } from '../../canonical/entities/lot.entity';
import {
  DispositionRow,
  InspectionResultRow,
  InspectionRow,
  RecallCaseRow,
  RecallScopeRow,
} from '../../canonical/entities/quality.entity';
import {
  RejectedRowRow,
  SourceRecordRow,
  SourceStreamRow,
  SourceVersionRow,
  SyncRunRow,
} from '../../canonical/entities/source.entity';
import {
  DocumentLineRow,
  DocumentRow,
  GenealogyEdgeRow,
  MovementRow,
  SerialRow,
  TransformationLineRow,
} from '../../canonical/entities/stock.entity';
import type { Database, EntityClass } from '../../platform/database/database';
import { NOW } from '../support/ask-subgraph';

export const TABLES = {
  item: ItemRow,
  site: SiteRow,
  location: LocationRow,
  party: PartyRow,
  lot: LotRow,
  hold: LotHoldRow,
  document: DocumentRow,
  line: DocumentLineRow,
  movement: MovementRow,
  transformationLine: TransformationLineRow,
  edge: GenealogyEdgeRow,
  serial: SerialRow,
  inspection: InspectionRow,
  result: InspectionResultRow,
  disposition: DispositionRow,
  recallCase: RecallCaseRow,
  recallScope: RecallScopeRow,
  finding: FindingRow,
  stream: SourceStreamRow,
  record: SourceRecordRow,
  version: SourceVersionRow,
  rejected: RejectedRowRow,
  run: SyncRunRow,
  qualityStream: QualityStreamRow,
  qualityCount: QualityCountRow,
  qualityScore: QualityScoreRow,
  qualityMeasurement: QualityMeasurementRow,
} as const satisfies Record<string, EntityClass>;

export type TableName = keyof typeof TABLES;
/** The rows of every table. */
export type ScopeWorld = { readonly [T in TableName]: InstanceType<(typeof TABLES)[T]>[] };

export const SITES = ['SZ', 'RTM', 'BOS'];
export const SUPPLIERS = ['SUP-1', 'SUP-2'];
/** The stream whose lots are asked live. */
export const WMS_LOTS = 'wms-lots';

const ZONES = ['Asia/Shanghai', 'Europe/Amsterdam', 'America/New_York'];
const UNIT = 1_000_000;

class Chance {
  #state: number;
  #fact = 100_000;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below `count`. */
  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * count);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  maybe<T>(value: T): T | null {
    return this.below(3) === 0 ? null : value;
  }

  factKey(): number {
    return (this.#fact += 1);
  }

  instant(): number {
    return NOW - this.below(60) * 86_400_000 - this.below(1000) * 1000;
  }
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const pks = (rows: readonly { pk: number }[]): number[] => rows.map((row) => row.pk);
const day = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** A world of its own for every seed. */
export function scopeWorld(seed: number): ScopeWorld {
  const chance = new Chance(seed);
  const world = emptyWorld();
  masterData(world);
  lots(world, chance);
  documents(world, chance);
  stock(world, chance);
  mostlyElsewhere(world, chance);
  genealogy(world, chance);
  quality(world, chance);
  recalls(world, chance);
  findings(world, chance);
  sources(world, chance);
  scores(world);
  return world;
}

export function emptyWorld(): ScopeWorld {
  return Object.fromEntries(Object.keys(TABLES).map((name) => [name, []])) as unknown as ScopeWorld;
}

function add(world: ScopeWorld, table: TableName, row: object): void {
  (world[table] as object[]).push(row);
}

function masterData(world: ScopeWorld): void {
  times(3, (n) => {
    const gtin = n === 2 ? null : `0690123456789${n === 0 ? 2 : 1}`;
    add(world, 'item', {
      pk: n + 1,
      code: `ITEM-${n}`,
      name: `Item ${n}`,
      nameZh: null,
      itemClass: null,
      uom: 'pcs',
      shelfLifeDays: null,
      gtin,
      active: true,
      mastered: true,
    });
  });
  SITES.forEach((code, n) => {
    add(world, 'site', { pk: 11 + n, code, name: code, nameZh: null, timeZone: ZONES[n], mastered: true });
    // one code at two sites: a code alone does not tell the place
    [`${code}-A`, n < 2 ? 'STORES' : `${code}-B`].forEach((name, m) => {
      add(world, 'location', {
        pk: 21 + 2 * n + m,
        sitePk: 11 + n,
        code: name,
        name: null,
        locationType: null,
        mastered: true,
      });
    });
  });
  const parties = [
    ['SUP-1', 'SUPPLIER'],
    ['SUP-2', 'SUPPLIER'],
    ['MAN-1', 'MANUFACTURER'],
    ['CUS-1', 'CUSTOMER'],
    ['CUS-2', 'CUSTOMER'],
    ['SOMEBODY', null],
  ];
  parties.forEach(([code, role], n) => {
    add(world, 'party', {
      pk: 31 + n,
      code,
      role,
      name: `Party ${n}`,
      nameZh: null,
      country: null,
      mastered: true,
    });
  });
}

function lots(world: ScopeWorld, chance: Chance): void {
  times(12, (n) => {
    add(world, 'lot', {
      ...{ pk: 1000 + n, itemPk: 1 + chance.below(3), lotNumber: `L${chance.below(7)}` },
      ...{
        manufacturerPk: chance.maybe(chance.of([31, 32, 33])),
        supplierPk: chance.maybe(chance.of([31, 32])),
      },
      manufacturedOn: chance.maybe('2026-03-01'),
      // around the day on which the sites disagree about what is expired
      expiresOn: chance.maybe(chance.of(['2026-05-30', '2026-05-31', '2026-06-01', '2027-01-31'])),
      ...{ expiryPrecision: 'DAY', sterilizationLoad: chance.maybe(`EO-${chance.below(3)}`) },
      ...{
        producedMicros: UNIT,
        uom: 'pcs',
        supplierLotNumber: null,
        supplierExpiresOn: null,
        remarks: null,
        mastered: true,
      },
    });
  });
  times(8, () => {
    const system = chance.of(['erp', 'wms']);
    add(world, 'hold', {
      recordPk: chance.factKey(),
      lotPk: chance.of(pks(world.lot)),
      system,
      kind: chance.of(['QUALITY', 'BLOCKED']),
      reason: null,
      since: chance.instant(),
    });
  });
}

function documents(world: ScopeWorld, chance: Chance): void {
  times(16, (n) => {
    const system = chance.of(['erp', 'wms']);
    const based = world.document.length === 0 ? null : chance.maybe(chance.of(world.document).ref);
    add(world, 'document', {
      ...{
        pk: chance.factKey(),
        system,
        ref: `${system}:D${n}`,
        number: `N${chance.below(9)}`,
        state: 'COMPLETED',
      },
      documentType: chance.of([
        'PURCHASE_RECEIPT',
        'DELIVERY',
        'INSPECTION_REQUEST',
        'PUT_AWAY',
        'PRODUCTION_ENTRY',
      ]),
      stage: chance.maybe(chance.of(['PURCHASE', 'RECEIPT', 'INSPECTION', 'PUT_AWAY', 'PRODUCTION', 'SALE'])),
      ...{
        sitePk: chance.maybe(chance.of(pks(world.site))),
        partyPk: chance.maybe(chance.of(pks(world.party))),
      },
      ...{
        issuedOn: chance.maybe(day(chance.instant())),
        occurredAt: chance.maybe(chance.instant()),
        basedOnRef: based,
      },
    });
  });
  times(22, (n) => {
    add(world, 'line', {
      ...{
        pk: chance.factKey(),
        documentRef: chance.of(world.document).ref,
        basedOnRef: chance.maybe(chance.of(world.document).ref),
      },
      ...{
        line: String(n),
        itemPk: 1,
        lotPk: chance.maybe(chance.of(pks(world.lot))),
        quantityMicros: UNIT,
        uom: null,
      },
      locationPk: chance.maybe(chance.of(pks(world.location))),
    });
  });
}

const KINDS = [
  'RECEIPT',
  'CONSUMPTION',
  'PRODUCTION',
  'TRANSFER_IN',
  'TRANSFER_OUT',
  'DELIVERY',
  'CUSTOMER_RETURN',
  'SCRAP',
  'COUNT',
];

function stock(world: ScopeWorld, chance: Chance): void {
  times(34, () => {
    const kind = chance.of(KINDS);
    const sign = ['CONSUMPTION', 'TRANSFER_OUT', 'DELIVERY', 'SCRAP'].includes(kind) ? -1 : 1;
    add(world, 'movement', {
      ...{ pk: chance.factKey(), system: chance.of(['erp', 'wms']), lotPk: chance.of(pks(world.lot)), kind },
      ...{ locationPk: chance.of(pks(world.location)), partyPk: chance.maybe(chance.of([34, 35])) },
      ...{ documentRef: chance.maybe(chance.of(world.document).ref), occurredAt: chance.instant() },
      ...{ quantityMicros: sign * (1 + chance.below(9)) * UNIT, levelMicros: null, uom: chance.maybe('pcs') },
    });
  });
  times(16, (n) => {
    const serialNumber = `S${chance.below(12)}`;
    const place = { partyPk: chance.maybe(34), locationPk: chance.maybe(chance.of(pks(world.location))) };
    const state = chance.of(['IN_STOCK', 'SHIPPED']);
    add(world, 'serial', {
      pk: chance.factKey(),
      itemPk: 1 + (n % 3),
      lotPk: chance.maybe(chance.of(pks(world.lot))),
      serialNumber,
      state,
      parentSerialNumber: null,
      ...place,
    });
  });
}

/** A lot of which most is at a site out of one's scope: whose calendar is it judged by? */
function mostlyElsewhere(world: ScopeWorld, chance: Chance): void {
  const lot = world.lot[0];
  if (lot === undefined) return;
  const known = { pk: 1012, lotNumber: 'ELSEWHERE', supplierPk: 31, expiresOn: '2026-05-31' };
  add(world, 'lot', Object.assign({}, lot, known));
  for (const [locationPk, units] of [
    [21, 5],
    [23, 50],
  ] as const) {
    add(world, 'movement', {
      ...{ pk: chance.factKey(), system: 'wms', lotPk: 1012, kind: 'RECEIPT', locationPk, partyPk: null },
      ...{ documentRef: null, occurredAt: NOW, quantityMicros: units * UNIT, levelMicros: null, uom: 'pcs' },
    });
  }
}

function genealogy(world: ScopeWorld, chance: Chance): void {
  times(14, (n) => {
    const transformationRef = `erp:T${n}`;
    const occurredAt = chance.maybe(chance.instant());
    const common = { transformationRef, quantityMicros: chance.maybe(UNIT), uom: 'pcs', occurredAt };
    const line = (role: string, lotPk: number): number => {
      const pk = chance.factKey();
      const documentRef = chance.maybe(chance.of(world.document).ref);
      // most transformations say nothing of the place, else they would bring every lot into scope
      const sitePk = chance.below(4) === 0 ? chance.of(pks(world.site)) : null;
      add(world, 'transformationLine', { ...common, pk, role, lotPk, documentRef, sitePk });
      return pk;
    };
    const from = 1000 + chance.below(12);
    const to = chance.below(6) === 0 ? 1000 + chance.below(12) : Math.min(1011, from + 1 + chance.below(4));
    add(world, 'edge', {
      ...{
        transformationRef,
        inputLinePk: line('INPUT', from),
        outputLinePk: line('OUTPUT', to),
        occurredAt,
      },
      ...{
        ancestorLotPk: from,
        descendantLotPk: to,
        consumedMicros: UNIT,
        producedMicros: chance.maybe(UNIT),
      },
    });
  });
}

function quality(world: ScopeWorld, chance: Chance): void {
  times(14, (n) => {
    const of = chance.below(4);
    add(world, 'inspection', {
      ...{ pk: chance.factKey(), ref: `lims:I${n}`, number: `W${chance.below(9)}`, inspectionType: 'FG' },
      lotPk: of < 2 ? chance.of(pks(world.lot)) : null,
      sterilizationLoad: of === 1 || of === 2 ? `EO-${chance.below(3)}` : null,
      ...{
        state: 'PUBLISHED',
        sampledAt: chance.maybe(chance.instant()),
        receivedAt: null,
        verifiedAt: null,
        publishedAt: chance.maybe(chance.instant()),
      },
      ...{ sampleSizeMicros: null, inspector: 'Inspector' },
    });
  });
  times(20, (n) => {
    const retestOfRef = n === 0 ? null : chance.maybe(`lims:R${chance.below(n)}`);
    const limits = {
      title: null,
      titleZh: null,
      unit: null,
      lowerMicros: null,
      upperMicros: null,
      numericMicros: null,
    };
    add(world, 'result', {
      pk: chance.factKey(),
      ref: `lims:R${n}`,
      inspectionRef: chance.of(world.inspection).ref,
      keyword: 'EO',
      value: '1',
      verdict: chance.of(['PASS', 'FAIL']),
      state: 'VERIFIED',
      retestOfRef,
      capturedAt: null,
      analyst: null,
      ...limits,
    });
  });
  times(8, (n) => {
    const documentRef = chance.maybe(chance.of(world.document).ref);
    add(world, 'disposition', {
      pk: chance.factKey(),
      lotPk: chance.of(pks(world.lot)),
      decision: chance.of(['RELEASED', 'REJECTED']),
      decidedOn: day(chance.instant()),
      decidedBy: null,
      number: `DSP-${n}`,
      documentRef,
    });
  });
}

function recalls(world: ScopeWorld, chance: Chance): void {
  times(5, (n) => {
    const text = { title: `Recall ${n}`, titleZh: null, reason: null };
    add(world, 'recallCase', {
      pk: chance.factKey(),
      ref: `qa:C${n}`,
      number: `RC-${chance.below(4)}`,
      recallClass: 'II',
      state: 'OPEN',
      openedOn: day(chance.instant()),
      closedOn: null,
      ...text,
    });
  });
  times(8, () => {
    add(world, 'recallScope', {
      pk: chance.factKey(),
      recallRef: chance.of(world.recallCase).ref,
      lotPk: chance.of(pks(world.lot)),
      quantityMicros: UNIT,
      uom: 'pcs',
    });
  });
}

function findings(world: ScopeWorld, chance: Chance): void {
  times(30, (n) => {
    add(world, 'finding', {
      ...findingOf(world, chance),
      ...{
        pk: chance.factKey(),
        dedupeKey: `k${n}`,
        severity: 'WARNING',
        state: chance.of(['OPEN', 'RESOLVED']),
      },
      ...{ openedAt: NOW, lastSeenAt: NOW, resolvedAt: null, occurrences: 1 },
    });
  });
}

function findingOf(world: ScopeWorld, chance: Chance): object {
  const lot = { subjectType: 'lot', subjectPk: chance.of(pks(world.lot)) };
  const candidates = [chance.of(pks(world.lot)), chance.of(pks(world.lot))];
  const movement = chance.of(world.movement);
  const place = world.location.find((one) => one.pk === movement.locationPk);
  const site = chance.of(SITES);
  const about = (subjectType: 'item' | 'site' | 'location' | 'party'): object => {
    const subjectPk = chance.of(pks(world[subjectType]));
    return { rule: 'VALUE_DIFFERS', subjectType, subjectPk, field: 'name', facts: '{"values":[]}' };
  };
  return chance.of<() => object>([
    () => ({ rule: 'VALUE_DIFFERS', ...lot, field: 'expiresOn', facts: '{"values":[]}' }),
    () => ({ rule: 'MASTER_MISSING', ...lot, field: null, facts: '{"lotNumber":"L1"}' }),
    () => ({ rule: 'SAME_NUMBER', ...lot, field: 'lotNumber', facts: '{"items":["ITEM-0","ITEM-1"]}' }),
    () => ({ rule: 'AMBIGUOUS_LOT', ...lot, field: 'lotNumber', facts: JSON.stringify({ candidates }) }),
    () => ({
      rule: 'AMBIGUOUS_LOT',
      subjectType: 'record',
      subjectPk: movement.pk,
      field: 'lotNumber',
      facts: JSON.stringify({ candidates }),
    }),
    () => ({ ...about('item'), rule: 'STOCK_DIFFERS', field: site, facts: '{"stock":[]}' }),
    () => ({ rule: 'STOCK_DIFFERS', ...lot, field: site, facts: JSON.stringify({ site, stock: [] }) }),
    () => ({
      rule: 'NEGATIVE_STOCK',
      subjectType: 'lot',
      subjectPk: movement.lotPk,
      field: `${movement.system}/${place?.code ?? ''}`,
      facts: '{}',
    }),
    () => about('item'),
    () => about('site'),
    () => about('location'),
    () => about('party'),
  ])();
}

function sources(world: ScopeWorld, chance: Chance): void {
  const streams = [
    ['erp', 'erp-facts', 'movement'],
    ['wms', 'wms-facts', 'movement'],
    ['wms', WMS_LOTS, 'lot'],
    ['erp', 'erp-documents', 'document'],
  ];
  streams.forEach(([system, name, recordType], n) => {
    add(world, 'stream', {
      pk: n + 1,
      system,
      name,
      recordType,
      mappingVersion: 'm1',
      watermark: '{"key":"B9"}',
      lastSuccessAt: NOW - 1000,
      lastAttemptAt: null,
      lastError: null,
    });
  });
  const record = (pk: number, streamPk: number, entityPk: number | null): void => {
    const readAt = chance.instant();
    add(world, 'record', {
      pk,
      streamPk,
      nativeKey: `K${pk}`,
      version: 1,
      hash: 'h',
      entityPk,
      voidReason: null,
      readAt,
    });
    add(world, 'version', {
      recordPk: pk,
      version: 1,
      raw: '{}',
      canonical: '{"lotNumber":"L1","uom":null}',
      hash: 'h',
      mappingVersion: 'm1',
      readAt,
      changedAt: null,
      voidReason: null,
    });
  };
  for (const table of FACT_TABLES)
    for (const row of world[table]) record(factKeyOf(row), 1 + chance.below(2), null);
  for (const lot of world.lot) record(500_000 + lot.pk, 3, lot.pk);
  times(3, (n) => {
    add(world, 'rejected', {
      pk: 900 + n,
      streamPk: 1,
      rowKey: `X${n}`,
      code: 'MISSING',
      field: 'item',
      message: 'no item',
      raw: '{}',
      mappingVersion: 'm1',
      firstSeenAt: NOW,
      lastSeenAt: NOW,
      resolvedAt: null,
    });
    add(world, 'run', {
      pk: 950 + n,
      system: 'erp',
      state: 'FAILED',
      startedAt: NOW,
      finishedAt: NOW,
      rowsRead: 10,
      rowsChanged: 10,
      rowsUnchanged: 0,
      rowsRejected: 3,
      mappingVersion: 'm1',
      errorCode: 'INTERNAL',
      errorMessage: 'row X1',
    });
  });
}

/** Scores to which records of every kind are missing, whosever they are. */
export const SCORES = [
  ...([
    [980, 3, 'uom', 'COMPLETENESS'],
    [981, 1, 'uom', 'COMPLETENESS'],
  ] as const),
  ...([
    [982, 3, '', 'CONSISTENCY'],
    [983, 1, '', 'VALIDITY'],
  ] as const),
] as const;

function scores(world: ScopeWorld): void {
  for (const streamPk of [1, 3]) add(world, 'qualityStream', { streamPk, beganAt: NOW, measuredAt: NOW });
  const places = new Set(world.record.map(({ pk, streamPk }) => JSON.stringify([streamPk, stretchOf(pk)])));
  for (const place of places) {
    const [streamPk, stretch] = JSON.parse(place) as [number, number];
    const id = countId(streamPk, stretch, 'uom');
    add(world, 'qualityCount', { id, streamPk, stretch, field: 'uom', present: 9, stated: 0 });
  }
  for (const [pk, streamPk, field, dimension] of SCORES) {
    const measured = { numerator: 1, denominator: 9, met: 0, standardsVersion: 's' };
    const changed = { changedAt: NOW, keptPk: pk + 10, keptAt: NOW };
    add(world, 'qualityScore', { pk, streamPk, field, dimension, ...measured, ...changed });
    add(world, 'qualityMeasurement', { pk: pk + 10, scorePk: pk, day: 1, measuredAt: NOW, ...measured });
  }
}

/** Tables whose rows have a source record of their own key. */
export const FACT_TABLES = [
  ...(['hold', 'document', 'line', 'movement', 'transformationLine', 'serial'] as const),
  ...(['inspection', 'result', 'disposition', 'recallCase', 'recallScope'] as const),
] as const;

export const factKeyOf = (row: object): number => {
  const { pk, recordPk } = row as { pk?: number; recordPk?: number };
  return pk ?? recordPk ?? 0;
};

/** Replaces everything that the tables hold. */
export async function writeWorld(database: Database, world: ScopeWorld): Promise<void> {
  await database.write(async (manager) => {
    for (const [name, entity] of Object.entries(TABLES)) {
      await manager.createQueryBuilder().delete().from(entity).execute();
      const rows: readonly ObjectLiteral[] = world[name as TableName];
      for (let index = 0; index < rows.length; index += 200)
        await manager.insert(entity, rows.slice(index, index + 200));
    }
  });
}
