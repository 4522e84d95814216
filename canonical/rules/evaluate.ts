/** Evaluates consistency rules over lots and items. Pure: what is read from the copy stands in lot-facts.ts. */
import { DateTime } from 'luxon';
import { fromMicros } from '../../platform/decimal';
import type { Dictionary } from '../../platform/dictionary/dictionary';
import type { ObservedFinding } from '../findings';
import { winner } from '../merge';
import { type ConsistencyRule, RAISES, type RuleField } from './consistency-rule';
import { acceptedWithoutResults, inspectionsDiffer } from './inspections';
import { type Evidence, differingValues, statusDiffers, valuesOf } from './claims';
import type { CopyState, RuledSubject } from './lot-facts';
import { certainlyAfter, certainlyBefore, expiredEverywhere } from './calendar-bounds';
import { comparable, holdsBetween } from './comparable';

/** What a rule sees of a lot or an item, before rule, owner and version are put to it. */
export interface Discrepancy {
  readonly raises: ObservedFinding['rule'];
  readonly field: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly evidence: readonly Evidence[];
  /** Term whose steward answers where the rule names nobody. */
  readonly term: string;
}

export interface RuleContext {
  readonly dictionary: Dictionary;
  readonly state: CopyState;
}

const LONGEST_FIELD = 64;
/** Field that names the subject. */
const NAME_FIELD = { lot: 'lotNumber', item: 'code' } as const;

/** What the rule finds about the subject now: a rule about another kind of subject finds nothing. */
export function evaluate(rule: ConsistencyRule, lot: RuledSubject, context: RuleContext): Discrepancy[] {
  if (rule.subject !== lot.type) return [];
  if (!rule.when.every((condition) => conditionHolds(condition, lot, context))) return [];
  const { check } = rule;
  switch (check.kind) {
    case 'valueDiffers':
      return differingValues(check, lot).map(({ field, values, evidence }) => ({
        ...{ raises: RAISES.valueDiffers, field: field.field, facts: { values }, evidence, term: field.term },
      }));
    case 'statusDiffers':
      return statusDiffers(check.systems, lot);
    case 'inspectionsDiffer':
      return inspectionsDiffer(check.systems, lot);
    case 'acceptedWithoutResults':
      return acceptedWithoutResults(check.systems, lot, context.state);
    case 'stockDiffers':
      return stockDiffers(check, lot, context.state);
    case 'missingInSystem':
      return missingInSystem(check, lot, context);
    case 'expiredUnblocked':
      return expiredUnblocked(check, lot, context);
    case 'movedBeforeManufacture':
    case 'movedAfterExpiry':
      return movedOutside(check, lot, context);
    case 'compare':
      return compared(check, lot, context);
  }
}

function conditionHolds(
  { field, is, in: list }: ConsistencyRule['when'][number],
  lot: RuledSubject,
  { dictionary }: RuleContext,
): boolean {
  const value = golden(lot, field, dictionary);
  if (is !== null) return (value !== null) === (is === 'present');
  return value !== null && (list ?? []).includes(value);
}

/** The golden value in the form in which values are compared; null when no system has one. */
function golden(lot: RuledSubject, field: RuleField, dictionary: Dictionary): string | null {
  const won = winner(lot.claims, dictionary.precedence(lot.type, field.field), field.field);
  return won === null ? null : comparable(won.record, field);
}

function stockDiffers(
  check: Extract<ConsistencyRule['check'], { kind: 'stockDiffers' }>,
  lot: RuledSubject,
  state: CopyState,
): Discrepancy[] {
  if (state.ledgersRead === null) return [];
  const own = lot.ledger.filter(({ system }) => check.systems?.includes(system) ?? true);
  const systems = [...new Set(own.map(({ system }) => system))].sort();
  if (systems.length < 2) return [];
  return [...new Set(own.map(({ site }) => site))].sort().flatMap((site): Discrepancy[] => {
    const levels = systems.map((system) => {
      const rows = own.filter((row) => row.system === system && row.site === site);
      const micros = rows.reduce((sum, row) => sum + row.micros, 0);
      return {
        system,
        micros,
        lastAt: rows.length === 0 ? null : Math.max(...rows.map((row) => row.lastAt)),
      };
    });
    const amounts = levels.map(({ micros }) => micros);
    if (Math.max(...amounts) - Math.min(...amounts) <= check.toleranceMicros) return [];
    const stock = levels.map(({ system, micros }) => ({ system, quantity: fromMicros(micros) }));
    const evidence = levels.map(({ system, micros, lastAt }): Evidence => ({
      ...{ system, stream: null, key: null, value: fromMicros(micros), changedAt: lastAt },
      readAt: state.ledgersRead?.get(system) ?? null,
    }));
    const field = site.slice(0, LONGEST_FIELD);
    return [
      { raises: RAISES.stockDiffers, field, facts: { site, stock }, evidence, term: 'movement.quantity' },
    ];
  });
}

function missingInSystem(
  check: Extract<ConsistencyRule['check'], { kind: 'missingInSystem' }>,
  lot: RuledSubject,
  { dictionary, state }: RuleContext,
): Discrepancy[] {
  const own = NAME_FIELD[lot.type];
  const suppliers = state.suppliers[lot.type];
  const believed = dictionary.precedence(lot.type, own).find((one) => suppliers.has(one));
  const wanted = check.in ?? believed;
  // unknown is not absent: the system must have been read to its end
  const readAt = wanted === undefined ? null : (suppliers.get(wanted) ?? null);
  if (wanted === undefined || readAt === null) return [];
  if (lot.claims.some(({ system }) => system === wanted)) return [];
  const known = lot.claims.filter(({ system }) => check.systems?.includes(system) ?? true);
  if (known.length === 0) return [];
  const knownTo = [...new Set(known.map(({ system }) => system))];
  const absent: Evidence = { system: wanted, stream: null, key: null, value: null, readAt, changedAt: null };
  return [
    {
      ...{ raises: RAISES.missingInSystem, field: null, term: `${lot.type}.${own}` },
      facts: { missingIn: wanted, knownTo, [own]: lot.name },
      evidence: [absent, ...valuesOf(known, own)],
    },
  ];
}

function expiredUnblocked(
  check: Extract<ConsistencyRule['check'], { kind: 'expiredUnblocked' }>,
  lot: RuledSubject,
  { dictionary, state }: RuleContext,
): Discrepancy[] {
  const won = winner(lot.claims, dictionary.precedence('lot', 'expiresOn'), 'expiresOn');
  const expiresOn = won === null ? null : comparable(won.record, DATE_FIELD('expiresOn'));
  if (expiresOn === null || lot.held || !expiredEverywhere(plusDays(expiresOn, check.graceDays), state.now))
    return [];
  const stock = stockBySystem(lot);
  if (check.withStock && !stock.some(({ micros }) => micros > 0)) return [];
  return [
    {
      ...{ raises: RAISES.expiredUnblocked, field: 'expiresOn', term: 'lot.expiresOn' },
      // no stock in the facts: they would change, and count, with every movement
      facts: { expiresOn, lotNumber: lot.name },
      evidence: valuesOf(lot.claims, 'expiresOn'),
    },
  ];
}

function stockBySystem(lot: RuledSubject): { system: string; micros: number }[] {
  const systems = [...new Set(lot.ledger.map(({ system }) => system))];
  return systems.map((system) => ({
    system,
    micros: lot.ledger.filter((row) => row.system === system).reduce((sum, row) => sum + row.micros, 0),
  }));
}

/** One finding a site: who may not see a site learns nothing of what moved there. */
function movedOutside(
  check: Extract<ConsistencyRule['check'], { kind: 'movedBeforeManufacture' | 'movedAfterExpiry' }>,
  lot: RuledSubject,
  { dictionary }: RuleContext,
): Discrepancy[] {
  const isBefore = check.kind === 'movedBeforeManufacture';
  const name = isBefore ? 'manufacturedOn' : 'expiresOn';
  const won = winner(lot.claims, dictionary.precedence('lot', name), name);
  const date = won === null ? null : comparable(won.record, DATE_FIELD(name));
  if (date === null) return [];
  const limit = plusDays(date, isBefore ? -check.graceDays : check.graceDays);
  const wrong = lot.ledger
    .filter(({ kind }) => check.movements?.includes(kind) ?? true)
    .filter(({ firstAt, lastAt, zone }) =>
      isBefore ? certainlyBefore(firstAt, limit, zone) : certainlyAfter(lastAt, limit, zone),
    );
  return [...new Set(wrong.map(({ site }) => site))].sort().map((site) => {
    const there = wrong.filter((row) => row.site === site);
    const movedAt = isBefore
      ? Math.min(...there.map((row) => row.firstAt))
      : Math.max(...there.map((row) => row.lastAt));
    const moved = { movedAt: new Date(movedAt).toISOString(), kinds: there.map(({ kind }) => kind).sort() };
    const evidence = there.map(({ system, firstAt, lastAt }): Evidence => {
      const at = isBefore ? firstAt : lastAt;
      return {
        ...{ system, stream: null, key: null, value: new Date(at).toISOString() },
        ...{ readAt: null, changedAt: at },
      };
    });
    return {
      ...{ raises: RAISES[check.kind], field: site.slice(0, LONGEST_FIELD), term: `lot.${name}` },
      facts: { site, [name]: date, ...moved },
      evidence: [...valuesOf(lot.claims, name), ...evidence],
    };
  });
}

function compared(
  check: Extract<ConsistencyRule['check'], { kind: 'compare' }>,
  lot: RuledSubject,
  { dictionary }: RuleContext,
): Discrepancy[] {
  const { left, right, holds, raises } = check;
  if (left.kind === 'value') return [];
  const valueOf = (side: typeof left | typeof right): string | null => {
    if (side.kind === 'value') return side.value;
    const { field, system } = side;
    if (system === null) return golden(lot, field, dictionary);
    const own = lot.claims.find((one) => one.system === system && comparable(one.record, field) !== null);
    return own === undefined ? null : comparable(own.record, field);
  };
  const [a, b] = [valueOf(left), valueOf(right)];
  // a value that nobody states contradicts nothing
  if (a === null || b === null || holdsBetween(a, holds, b, left.field)) return [];
  const sides = [left, ...(right.kind === 'field' ? [right] : [])];
  return [
    {
      ...{ raises, field: left.field.field, term: left.field.term },
      facts: {
        [left.field.field]: a,
        ...(right.kind === 'field' && right.field.field !== left.field.field
          ? { [right.field.field]: b }
          : { comparedWith: b }),
      },
      evidence: sides.flatMap(({ field, system }) =>
        valuesOf(
          lot.claims.filter((one) => system === null || one.system === system),
          field.field,
        ),
      ),
    },
  ];
}

const DATE_FIELD = (field: string): RuleField => ({
  term: `lot.${field}`,
  field,
  definition: { kind: 'date' },
});

function plusDays(date: string, days: number): string {
  if (days === 0) return date;
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toISODate() ?? date;
}
