/** What a limited caller may see, told a second time and in another way than SQL: over arrays, row by row. */
import type { DocumentLineRow, DocumentRow } from '../../canonical/entities/stock.entity';
import type { FindingRow } from '../../canonical/entities/governance.entity';
import type { LotRow } from '../../canonical/entities/lot.entity';
import { FACT_TABLES, type ScopeWorld, factKeyOf } from './scope-world';

export interface Limits {
  readonly sites: readonly string[];
  readonly suppliers: readonly string[];
}

/** The world without the rows that the caller may not see; what a caller is told of all rows together is taken out too. */
export function visibleWorld(world: ScopeWorld, limits: Limits): ScopeWorld {
  const rules = rulesOf(world, limits);
  const has = (pk: number | null): boolean => pk !== null && rules.lotKeys.has(pk);
  const seen = {
    ...world,
    site: world.site.filter((row) => rules.site(row.pk)),
    location: world.location.filter((row) => rules.at(row.pk)),
    party: world.party.filter((row) => rules.party(row.pk)),
    lot: world.lot.filter((row) => has(row.pk)),
    hold: world.hold.filter((row) => has(row.lotPk)),
    document: world.document.filter(rules.document),
    line: world.line.filter(rules.line),
    movement: world.movement.filter((row) => has(row.lotPk) && rules.at(row.locationPk)),
    transformationLine: world.transformationLine.filter((row) => has(row.lotPk)),
    edge: world.edge.filter((row) => has(row.ancestorLotPk) && has(row.descendantLotPk)),
    serial: world.serial.filter((row) => rules.placed(row)),
    inspection: world.inspection.filter((row) => rules.inspections.has(row.ref)),
    result: world.result.filter((row) => rules.inspections.has(row.inspectionRef)),
    disposition: world.disposition.filter((row) => has(row.lotPk)),
    recallScope: world.recallScope.filter((row) => has(row.lotPk)),
    recallCase: world.recallCase.filter((row) =>
      world.recallScope.some((scope) => scope.recallRef === row.ref && has(scope.lotPk)),
    ),
    finding: world.finding.filter(rules.finding).map((row) => withCandidates(row, rules.lotKeys)),
    rejected: [],
    qualityMeasurement: [],
    qualityScore: world.qualityScore.map((row) => ({
      ...plain(row),
      numerator: 0,
      denominator: 0,
      met: null,
      changedAt: 0,
    })),
    run: world.run.map((row) => ({
      ...plain(row),
      rowsRead: 0,
      rowsChanged: 0,
      rowsRejected: 0,
      errorMessage: null,
    })),
    stream: world.stream.map((row) => ({ ...plain(row), watermark: null })),
  };
  const keys = new Set(FACT_TABLES.flatMap((table) => seen[table].map(factKeyOf)));
  const record = world.record.filter((row) => (row.entityPk === null ? keys.has(row.pk) : has(row.entityPk)));
  const kept = new Set(record.map((row) => row.pk));
  return { ...seen, record, version: world.version.filter((row) => kept.has(row.recordPk)) };
}

/** Rows of these worlds are plain objects. */
const plain = <R extends object>(row: R): Omit<R, never> => row;

function rulesOf(world: ScopeWorld, { sites, suppliers }: Limits) {
  const bySite = sites.length > 0;
  const bySupplier = suppliers.length > 0;
  const site = (pk: number | null): boolean =>
    !bySite || sites.includes(world.site.find((row) => row.pk === pk)?.code ?? '');
  const at = (pk: number | null): boolean =>
    !bySite || (pk !== null && site(world.location.find((row) => row.pk === pk)?.sitePk ?? null));
  const atOrNowhere = (pk: number | null): boolean => pk === null || at(pk);
  const party = (pk: number | null): boolean => {
    const row = world.party.find((one) => one.pk === pk);
    return row !== undefined && (!bySupplier || suppliers.includes(row.code) || row.role === 'CUSTOMER');
  };
  const supplied = (lot: LotRow): boolean =>
    !bySupplier || suppliers.includes(world.party.find((row) => row.pk === lot.supplierPk)?.code ?? '');
  const present = ({ pk }: LotRow): boolean =>
    !bySite ||
    world.movement.some((row) => row.lotPk === pk && at(row.locationPk)) ||
    world.serial.some((row) => row.lotPk === pk && row.locationPk !== null && at(row.locationPk)) ||
    world.transformationLine.some((row) => row.lotPk === pk && row.sitePk !== null && site(row.sitePk)) ||
    world.line.some((row) => {
      if (row.lotPk !== pk || !atOrNowhere(row.locationPk)) return false;
      const document = world.document.find((one) => one.ref === row.documentRef);
      if (document === undefined) return false;
      return document.sitePk === null ? row.locationPk !== null : site(document.sitePk);
    });
  const lotKeys = new Set(world.lot.filter((lot) => supplied(lot) && present(lot)).map((lot) => lot.pk));
  const has = (pk: number | null): boolean => pk !== null && lotKeys.has(pk);
  /** A row that may have a place and may have a lot, and is seen by either. */
  const placed = (row: { locationPk: number | null; lotPk: number | null }): boolean => {
    if (!bySite) return has(row.lotPk);
    if (bySupplier) return atOrNowhere(row.locationPk) && has(row.lotPk);
    return row.locationPk === null ? has(row.lotPk) : at(row.locationPk);
  };
  const document = (row: DocumentRow): boolean => {
    const byLines = world.line.some((line) => line.documentRef === row.ref && placed(line));
    if (!bySite) return byLines;
    if (bySupplier) return (row.sitePk === null || site(row.sitePk)) && byLines;
    return row.sitePk === null ? byLines : site(row.sitePk);
  };
  const line = (row: DocumentLineRow): boolean => {
    const owner = world.document.find((one) => one.ref === row.documentRef);
    const lot = row.lotPk === null ? !bySupplier : has(row.lotPk);
    return owner !== undefined && document(owner) && atOrNowhere(row.locationPk) && lot;
  };
  const loads = new Set(world.lot.filter((lot) => has(lot.pk)).map((lot) => lot.sterilizationLoad));
  const inspections = new Set(
    world.inspection
      .filter((row) =>
        row.lotPk === null
          ? row.sterilizationLoad !== null && loads.has(row.sterilizationLoad)
          : has(row.lotPk),
      )
      .map((row) => row.ref),
  );
  const belowZero = (row: FindingRow): boolean =>
    world.location.some((place) =>
      ['erp', 'wms'].some((system) => {
        if (row.field !== `${system}/${place.code}` || !at(place.pk)) return false;
        const own = world.movement.filter(
          (one) => one.lotPk === row.subjectPk && one.system === system && one.locationPk === place.pk,
        );
        return own.reduce((sum, one) => sum + one.quantityMicros, 0) < 0;
      }),
    );
  const finding = (row: FindingRow): boolean => {
    const { rule, subjectType, subjectPk, field } = row;
    if (subjectType === 'item')
      return rule !== 'STOCK_DIFFERS' || (!bySupplier && sites.includes(field ?? ''));
    if (subjectType === 'site') return site(subjectPk);
    if (subjectType === 'location') return at(subjectPk);
    if (subjectType === 'party') return party(subjectPk);
    if (subjectType !== 'lot' || !has(subjectPk) || rule === 'SAME_NUMBER') return false;
    const ofSite = ['STOCK_DIFFERS', 'MOVED_BEFORE_MANUFACTURE', 'MOVED_AFTER_EXPIRY'];
    if (bySite && ofSite.includes(rule)) return sites.includes(field ?? '');
    return !bySite || rule !== 'NEGATIVE_STOCK' || belowZero(row);
  };
  return { site, at, party, lotKeys, placed, document, line, inspections, finding };
}

function withCandidates(row: FindingRow, lotKeys: ReadonlySet<number>): FindingRow {
  const facts = JSON.parse(row.facts) as { candidates?: number[] };
  if (facts.candidates === undefined) return row;
  return {
    ...plain(row),
    facts: JSON.stringify({ ...facts, candidates: facts.candidates.filter((pk) => lotKeys.has(pk)) }),
  };
}
