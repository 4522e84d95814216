/** Who holds what of the reached lots: locations with stock, and customers that were delivered to. */
import { groupBy } from '../../../platform/collections';
import type { LotFlow } from './trace-index';

export type HolderKind = 'LOCATION' | 'CUSTOMER' | 'UNKNOWN_CUSTOMER';

export interface Holder {
  readonly kind: HolderKind;
  /** Key of the location or party; 0 where the customer is not known. */
  readonly pk: number;
  readonly uom: string | null;
  /** On hand, or delivered minus returned, in micros. */
  readonly micros: number;
  readonly deliveredMicros: number;
  readonly returnedMicros: number;
  readonly lotPks: readonly number[];
  readonly documents: readonly string[];
}

const OUT = 'DELIVERY';
const BACK = 'CUSTOMER_RETURN';
const isToCustomer = (flow: LotFlow): boolean => flow.kind === OUT || flow.kind === BACK;

/**
 * Stock by location, from the lots' own ledgers. A location that is back at zero holds nothing; one below zero is
 * shown, since the goods are somewhere.
 */
export function locationHolders(ownLedger: readonly LotFlow[]): Holder[] {
  const perLot = groupBy(ownLedger, (flow) => JSON.stringify([flow.locationPk, flow.uom, flow.lotPk]));
  const held = [...perLot.values()]
    .map((flows) => ({ flows, micros: flows.reduce((sum, flow) => sum + flow.micros, 0) }))
    .filter(({ micros }) => micros !== 0)
    .flatMap(({ flows: [flow], micros }) => (flow ? [{ ...flow, micros }] : []));
  return [...groupBy(held, (flow) => JSON.stringify([flow.locationPk, flow.uom])).values()].flatMap((group) =>
    holderOf('LOCATION', group[0]?.locationPk ?? 0, group),
  );
}

/** Customers by what was delivered to them and not returned; one who returned everything is shown with zero. */
export function customerHolders(flows: readonly LotFlow[]): Holder[] {
  const delivered = flows.filter(isToCustomer);
  return [...groupBy(delivered, (flow) => JSON.stringify([flow.partyPk, flow.uom])).values()].flatMap(
    (group) => {
      const pk = group[0]?.partyPk ?? null;
      return holderOf(pk === null ? 'UNKNOWN_CUSTOMER' : 'CUSTOMER', pk ?? 0, group);
    },
  );
}

/**
 * The ledger that names a lot's customers: the most believed one with deliveries that all name theirs, else the
 * most believed one with deliveries. A warehouse may well ship without knowing for whom, where the ERP knows.
 */
export function customerLedger(flows: readonly LotFlow[], ledgers: readonly string[]): string | undefined {
  const delivering = ledgers.filter((system) =>
    flows.some((flow) => flow.system === system && flow.kind === OUT),
  );
  const namesAll = (system: string): boolean =>
    flows.every((flow) => flow.system !== system || flow.kind !== OUT || flow.partyPk !== null);
  return delivering.find(namesAll) ?? delivering[0];
}

function holderOf(kind: HolderKind, pk: number, flows: readonly LotFlow[]): Holder[] {
  const [first] = flows;
  if (!first) return [];
  const sum = (kinds: (flow: LotFlow) => boolean): number =>
    flows.filter(kinds).reduce((total, flow) => total + flow.micros, 0);
  const isPlace = kind === 'LOCATION';
  const delivered = isPlace ? 0 : 0 - sum((flow) => flow.kind === OUT);
  const returned = isPlace ? 0 : sum((flow) => flow.kind === BACK);
  return [
    {
      kind,
      pk,
      uom: first.uom,
      micros: isPlace ? sum(() => true) : delivered - returned,
      deliveredMicros: delivered,
      returnedMicros: returned,
      lotPks: [...new Set(flows.map((flow) => flow.lotPk))].sort((a, b) => a - b),
      // a place is known by its stock; the papers belong to whom the goods went to
      documents: isPlace ? [] : [...new Set(flows.flatMap((flow) => flow.document ?? []))].sort(),
    },
  ];
}
