/** Whether what came in adds up to what is there and what went out, by unit, within one ledger of each lot. */
import type { Dictionary } from '../../../platform/dictionary/dictionary';
import { groupBy } from '../../../platform/collections';
import type { LotFlow } from './trace-index';

/** Amounts of one unit, in micros. All are counted as positive except `adjusted` and `difference`. */
export interface Balance {
  /** System whose movements are summed. */
  readonly ledger: string;
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

/**
 * The ledger that a lot's balance is taken from, of those that have movements of it: the first that the dictionary
 * names for the mass balance, else the most believed. Which system states the stock best need not be the one that
 * says best why it changed.
 */
export function massBalanceLedger(dictionary: Dictionary, ledgers: readonly string[]): string | undefined {
  const preferred = dictionary.precedence('trace', 'massBalance').find((system) => ledgers.includes(system));
  return preferred ?? ledgers[0];
}

/** One balance for each ledger and unit, in order of the unit, then the ledger. */
export function balancesOf(flows: readonly LotFlow[]): Balance[] {
  return [...groupBy(flows, (flow) => JSON.stringify([flow.system, flow.uom])).values()]
    .flatMap((group) => (group[0] ? [balanceOf(group[0].system, group[0].uom, group)] : []))
    .sort((a, b) => (a.uom ?? '').localeCompare(b.uom ?? '') || a.ledger.localeCompare(b.ledger));
}

function balanceOf(ledger: string, uom: string | null, flows: readonly LotFlow[]): Balance {
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
  return { ledger, uom, ...parts, onHand, difference: came - went - onHand };
}
