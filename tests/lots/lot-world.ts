/**
 * A small world of lots, in the tables as the sync engine leaves them: two sites in two zones, a resin lot that went
 * into kits, two ledgers, documents of the six stages. `kits` says how many kit lots there are, all alike.
 */
import type { ObjectLiteral } from 'typeorm';
import { ItemRow, LocationRow, PartyRow, SiteRow } from '../../canonical/entities/catalogue.entity';
import { LotHoldRow, LotRow } from '../../canonical/entities/lot.entity';
import {
  DispositionRow,
  InspectionRow,
  RecallCaseRow,
  RecallScopeRow,
} from '../../canonical/entities/quality.entity';
import { SourceRecordRow, SourceStreamRow, SourceVersionRow } from '../../canonical/entities/source.entity';
import {
  DocumentLineRow,
  DocumentRow,
  GenealogyEdgeRow,
  MovementRow,
  SerialRow,
  TransformationLineRow,
} from '../../canonical/entities/stock.entity';
import type { Database, EntityClass } from '../../platform/database/database';
import { toMicros } from '../../platform/decimal';

export const KIT_GTIN = '06901234567892';
export const RESIN_LOT = 1000;
/** Key of the first kit lot; the others follow by one. */
export const KIT_LOT = 2000;
const FACTS = 100_000;

const at = (text: string): number => Date.parse(text);
const micros = (amount: string): number => toMicros(amount);

type Row = ObjectLiteral & { pk?: number };

/** Collects rows by entity, with keys for facts that have a source record of their own. */
class Rows {
  readonly #rows = new Map<EntityClass, Row[]>();
  #next: number;

  constructor(first = FACTS) {
    this.#next = first;
  }

  add(entity: EntityClass, row: Row): Row {
    const rows = this.#rows.get(entity) ?? [];
    rows.push(row);
    this.#rows.set(entity, rows);
    return row;
  }

  /** A fact of a system: its golden row and its record, read an hour after `recorded`. */
  fact(
    entity: EntityClass,
    stream: number,
    row: Row,
    recorded = '2026-05-01T00:00:00Z',
    version = 1,
  ): number {
    this.#next += 1;
    const pk = this.#next;
    this.add(entity, { [entity === LotHoldRow ? 'recordPk' : 'pk']: pk, ...row });
    const readAt = at(recorded) + 3_600_000;
    const record = {
      streamPk: stream,
      nativeKey: `K${pk}`,
      version,
      hash: 'h',
      entityPk: null,
      voidReason: null,
    };
    this.add(SourceRecordRow, { pk, ...record, readAt });
    this.add(SourceVersionRow, {
      ...{ recordPk: pk, version: 1, raw: '{}', canonical: '{}', hash: 'h', mappingVersion: 'm1' },
      ...{ readAt, changedAt: at(recorded), voidReason: null },
    });
    return pk;
  }

  async write(database: Database): Promise<void> {
    await database.write(async (manager) => {
      for (const [entity, rows] of this.#rows) {
        for (let index = 0; index < rows.length; index += 200)
          await manager.insert(entity as never, rows.slice(index, index + 200));
      }
    });
  }
}

const ERP = 1;
const WMS = 2;
const LIMS = 3;

function catalogue(rows: Rows): void {
  for (const [pk, system] of [
    [ERP, 'erp'],
    [WMS, 'wms'],
    [LIMS, 'lims'],
  ] as const) {
    rows.add(SourceStreamRow, {
      ...{ pk, system, name: `${system}-stream`, recordType: 'lot', mappingVersion: 'm1', watermark: null },
      ...{ lastSuccessAt: at('2026-05-31T23:59:30Z'), lastAttemptAt: null, lastError: null },
    });
  }
  const item = { itemClass: null, shelfLifeDays: null, active: true, mastered: true };
  rows.add(ItemRow, {
    pk: 1,
    code: 'RES-1001',
    name: 'Resin',
    nameZh: '树脂',
    uom: 'Kg',
    gtin: null,
    ...item,
  });
  rows.add(ItemRow, {
    pk: 2,
    code: 'KIT-1001',
    name: 'Kit',
    nameZh: '套包',
    uom: 'Nos',
    gtin: KIT_GTIN,
    ...item,
  });
  rows.add(SiteRow, {
    pk: 1,
    code: 'SZ',
    name: 'Suzhou',
    nameZh: '苏州',
    timeZone: 'Asia/Shanghai',
    mastered: true,
  });
  rows.add(SiteRow, {
    pk: 2,
    code: 'RTM',
    name: 'Rotterdam',
    nameZh: null,
    timeZone: 'Europe/Amsterdam',
    mastered: true,
  });
  rows.add(LocationRow, { pk: 1, sitePk: 1, code: 'SZ-FG', name: null, locationType: null, mastered: true });
  rows.add(LocationRow, {
    pk: 2,
    sitePk: 2,
    code: 'RTM-MAIN',
    name: null,
    locationType: null,
    mastered: true,
  });
  const party = { nameZh: null, country: 'CN', mastered: true };
  rows.add(PartyRow, { pk: 1, code: 'SUP-1', role: 'SUPPLIER', name: 'Resin Works', ...party });
  rows.add(PartyRow, { pk: 2, code: 'CUS-1', role: 'CUSTOMER', name: 'City Hospital', ...party });
}

function document(
  rows: Rows,
  stream: number,
  ref: string,
  type: string,
  stage: string,
  basedOn: string | null,
): number {
  return rows.fact(DocumentRow, stream, {
    ...{
      system: ref.split(':')[0],
      ref,
      documentType: type,
      number: ref.split(':')[1],
      state: 'COMPLETED',
      stage,
    },
    ...{ sitePk: 1, partyPk: null, issuedOn: '2026-03-01', occurredAt: null, basedOnRef: basedOn },
  });
}

function resin(rows: Rows): void {
  rows.add(LotRow, {
    ...{ pk: RESIN_LOT, itemPk: 1, manufacturerPk: null, supplierPk: 1, lotNumber: 'LTRES', uom: 'Kg' },
    ...{ manufacturedOn: null, expiresOn: '2026-05-31', expiryPrecision: 'MONTH', sterilizationLoad: null },
    ...{ producedMicros: micros('0.3'), mastered: true },
  });
  document(rows, ERP, 'erp:PO-1', 'PURCHASE_ORDER', 'PURCHASE', null);
  document(rows, ERP, 'erp:PREC-1', 'PURCHASE_RECEIPT', 'RECEIPT', 'erp:PO-1');
  document(rows, ERP, 'erp:SE-1', 'PRODUCTION_ENTRY', 'PRODUCTION', null);
  document(rows, LIMS, 'lims:REQ-1', 'INSPECTION_REQUEST', 'INSPECTION', null);
  document(rows, WMS, 'wms:PUT-1', 'PUT_AWAY', 'PUT_AWAY', null);
  document(rows, ERP, 'erp:SO-1', 'SALES_ORDER', 'SALE', null);
  document(rows, ERP, 'erp:DN-1', 'DELIVERY', 'SALE', 'erp:SO-1');
}

function movement(rows: Rows, lotPk: number, system: string, row: Row, recorded?: string): void {
  rows.fact(
    MovementRow,
    system === 'wms' ? WMS : ERP,
    { system, lotPk, locationPk: 1, partyPk: null, documentRef: null, levelMicros: null, uom: 'Nos', ...row },
    recorded,
  );
}

/** Comes in, goes partly to Rotterdam, is counted there and partly delivered: 100 in all, 50 left. */
function ledger(rows: Rows, lotPk: number): void {
  const wms = (row: Row, recorded?: string): void => movement(rows, lotPk, 'wms', row, recorded);
  wms({ kind: 'PRODUCTION', occurredAt: at('2026-04-30T18:00:00Z'), quantityMicros: micros('100') });
  wms(
    { kind: 'TRANSFER_OUT', occurredAt: at('2026-05-02T01:00:00Z'), quantityMicros: micros('-60') },
    '2026-05-04T01:00:00Z',
  );
  wms({
    kind: 'TRANSFER_IN',
    occurredAt: at('2026-05-02T01:00:00Z'),
    locationPk: 2,
    quantityMicros: micros('60'),
  });
  wms({
    kind: 'COUNT',
    occurredAt: at('2026-05-03T01:00:00Z'),
    locationPk: 2,
    quantityMicros: micros('-0.5'),
    levelMicros: micros('59.5'),
  });
  wms({
    kind: 'DELIVERY',
    occurredAt: at('2026-05-04T01:00:00Z'),
    locationPk: 2,
    partyPk: 2,
    documentRef: 'erp:DN-1',
    quantityMicros: micros('-49.5'),
  });
  movement(rows, lotPk, 'erp', {
    kind: 'PRODUCTION',
    occurredAt: at('2026-05-01T00:00:00Z'),
    quantityMicros: micros('101'),
  });
}

function kit(rows: Rows, pk: number, number: string): void {
  rows.add(LotRow, {
    ...{ pk, itemPk: 2, manufacturerPk: null, supplierPk: null, lotNumber: number, uom: 'Nos' },
    ...{
      manufacturedOn: '2026-05-01',
      expiresOn: '2028-05-01',
      expiryPrecision: 'DAY',
      sterilizationLoad: 'EO-1',
    },
    ...{ producedMicros: micros('100'), mastered: true },
  });
  ledger(rows, pk);
  rows.fact(DocumentLineRow, ERP, {
    ...{
      documentRef: 'erp:PREC-1',
      line: '1',
      itemPk: 2,
      lotPk: pk,
      quantityMicros: null,
      uom: null,
      locationPk: null,
    },
  });
  for (const ref of ['lims:REQ-1', 'wms:PUT-1']) {
    rows.fact(DocumentLineRow, WMS, {
      ...{
        documentRef: ref,
        line: null,
        itemPk: 2,
        lotPk: pk,
        quantityMicros: null,
        uom: null,
        locationPk: null,
      },
    });
  }
  genealogy(rows, pk);
  for (const [serial, state] of [
    ['S3', 'SHIPPED'],
    ['S1', 'IN_STOCK'],
    ['S2', 'IN_STOCK'],
  ] as const) {
    rows.fact(SerialRow, ERP, {
      ...{ itemPk: 2, lotPk: pk, serialNumber: `${number}-${serial}`, state, parentSerialNumber: 'BOX1' },
      ...{ partyPk: null, locationPk: 1 },
    });
  }
  quality(rows, pk);
}

/** Two input lines of the resin and one output line: two rows of the table, one edge. */
function genealogy(rows: Rows, pk: number): void {
  const line = (role: string, lotPk: number, amount: string | null, uom: string): number =>
    rows.fact(TransformationLineRow, ERP, {
      ...{ transformationRef: `erp:T${pk}`, role, lotPk, uom, documentRef: 'erp:SE-1', sitePk: 1 },
      ...{ quantityMicros: amount === null ? null : micros(amount), occurredAt: at('2026-05-01T00:00:00Z') },
    });
  const output = line('OUTPUT', pk, '100', 'Nos');
  for (const amount of ['0.1', '0.2']) {
    rows.add(GenealogyEdgeRow, {
      ...{
        transformationRef: `erp:T${pk}`,
        inputLinePk: line('INPUT', RESIN_LOT, amount, 'Kg'),
        outputLinePk: output,
      },
      ...{ ancestorLotPk: RESIN_LOT, descendantLotPk: pk, occurredAt: at('2026-05-01T00:00:00Z') },
      ...{ consumedMicros: micros(amount), producedMicros: micros('100') },
    });
  }
}

function quality(rows: Rows, pk: number): void {
  rows.fact(DispositionRow, ERP, {
    ...{
      lotPk: pk,
      decision: 'RELEASED',
      decidedOn: '2026-05-02',
      decidedBy: null,
      number: null,
      documentRef: null,
    },
  });
  rows.fact(RecallScopeRow, ERP, { recallRef: 'qa:RC-1', lotPk: pk, quantityMicros: null, uom: null });
}

function shared(rows: Rows): void {
  rows.fact(InspectionRow, LIMS, {
    ...{
      ref: 'lims:I1',
      number: 'WAT-1',
      lotPk: null,
      sterilizationLoad: 'EO-1',
      inspectionType: null,
      state: 'PUBLISHED',
    },
    ...{
      sampledAt: at('2026-05-01T02:00:00Z'),
      receivedAt: null,
      verifiedAt: null,
      publishedAt: at('2026-05-03T02:00:00Z'),
    },
    ...{ sampleSizeMicros: null, inspector: null },
  });
  rows.fact(
    RecallCaseRow,
    ERP,
    {
      ...{
        ref: 'qa:RC-1',
        number: 'RC-1',
        title: null,
        titleZh: null,
        recallClass: 'II',
        state: 'OPEN',
        reason: null,
      },
      ...{ openedOn: '2026-05-20', closedOn: null },
    },
    '2026-05-20T00:00:00Z',
    2,
  );
}

export async function fillLotWorld(database: Database, kits = 1): Promise<void> {
  const rows = new Rows();
  catalogue(rows);
  resin(rows);
  shared(rows);
  for (let index = 0; index < kits; index += 1) {
    kit(rows, KIT_LOT + index, `LT${String(index).padStart(3, '0')}`);
  }
  rows.fact(LotHoldRow, ERP, {
    ...{
      lotPk: RESIN_LOT,
      system: 'erp',
      kind: 'QUALITY',
      reason: 'on hold',
      since: at('2026-05-05T00:00:00Z'),
    },
  });
  await rows.write(database);
}

/** Three movements that differ in nothing but their record, as a system writes one for each serial number. */
export async function scrapBySerial(database: Database, lotPk: number): Promise<void> {
  const rows = new Rows(FACTS * 2);
  const scrap = { kind: 'SCRAP', occurredAt: at('2026-05-06T01:00:00Z'), quantityMicros: micros('-1') };
  for (const version of [1, 1, 2]) {
    rows.fact(
      MovementRow,
      ERP,
      {
        ...{ system: 'erp', lotPk, locationPk: 1, partyPk: null, documentRef: null, levelMicros: null },
        ...{ uom: 'Nos', ...scrap },
      },
      '2026-05-06T02:00:00Z',
      version,
    );
  }
  await rows.write(database);
}
