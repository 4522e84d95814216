/** Whether what came in adds up to what is there and what went out, by unit, within each lot's own ledger. */
import { groupBy } from '../../../platform/collections';
import type { LotFlow } from './trace-index';

/** Amounts of one unit, in micros. All are counted as positive except `adjusted` and `difference`. */
export interface Balance {
  readonly uom: string | null;
  readonly received: number;
  readonly produced: number;
  readonly returned: number;
  readonly consumed: number;
  readonly delivered: number;
  readonly scrapped: number;
  /** Signed: adjustments, and what counts changed. */
  readonly adjusted: number;
  readonly onHand: number;
  /** In minus out minus on hand: transfers that have not arrived, and movements of no known kind. */
  readonly difference: number;
}

type Part = 'received' | 'produced' | 'returned' | 'consumed' | 'delivered' | 'scrapped' | 'adjusted';

/** Where a movement is counted, and with which sign; transfers and unknown kinds are left to the difference. */
const PARTS: Readonly<Record<string, readonly [Part, 1 | -1]>> = {
  RECEIPT: ['received', 1],
  PRODUCTION: ['produced', 1],
  CUSTOMER_RETURN: ['returned', 1],
  CONSUMPTION: ['consumed', -1],
  DELIVERY: ['delivered', -1],
  SCRAP: ['scrapped', -1],
  ADJUSTMENT: ['adjusted', 1],
  COUNT: ['adjusted', 1],
};

/** One balance for each unit, in order of the unit. */
export function balancesOf(flows: readonly LotFlow[]): Balance[] {
  return [...groupBy(flows, (flow) => flow.uom)]
    .map(([uom, group]) => balanceOf(uom, group))
    .sort((a, b) => (a.uom ?? '').localeCompare(b.uom ?? ''));
}

function balanceOf(uom: string | null, flows: readonly LotFlow[]): Balance {
  const parts: Record<Part, number> = {
    received: 0,
    produced: 0,
    returned: 0,
    consumed: 0,
    delivered: 0,
    scrapped: 0,
    adjusted: 0,
  };
  let onHand = 0;
  for (const flow of flows) {
    onHand += flow.micros;
    const part = PARTS[flow.kind];
    // zero is written as it is: minus zero would show as a sign
    if (part && flow.micros !== 0) parts[part[0]] += part[1] * flow.micros;
  }
  const came = parts.received + parts.produced + parts.returned + parts.adjusted;
  const went = parts.consumed + parts.delivered + parts.scrapped;
  return { uom, ...parts, onHand, difference: came - went - onHand };
}
