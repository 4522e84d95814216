import { customerHolders, customerLedger, locationHolders } from './holders';
import { Dictionary, type Term } from '../../../platform/dictionary/dictionary';
import { balancesOf, massBalanceLedger } from './mass-balance';
import type { LotFlow } from './trace-index';

const flow = (kind: string, micros: number, more: Partial<LotFlow> = {}): LotFlow => ({
  lotPk: 1,
  system: 'wms',
  kind,
  locationPk: 10,
  partyPk: null,
  document: null,
  uom: 'pcs',
  micros,
  movements: 1,
  ...more,
});

test('a closed account balances: what came in is on hand, used, sold or scrapped', () => {
  const [balance] = balancesOf([
    flow('RECEIPT', 100),
    flow('CONSUMPTION', -30),
    flow('DELIVERY', -20),
    flow('CUSTOMER_RETURN', 5),
    flow('SCRAP', -4),
    flow('ADJUSTMENT', -1),
    flow('COUNT', 2),
    flow('TRANSFER_OUT', -10),
    flow('TRANSFER_IN', 10, { locationPk: 11 }),
  ]);
  expect(balance).toEqual({
    ledger: 'wms',
    uom: 'pcs',
    received: 100,
    produced: 0,
    returned: 5,
    consumed: 30,
    delivered: 20,
    scrapped: 4,
    adjusted: 1,
    onHand: 52,
    difference: 0,
  });
});

test('goods that were sent and have not arrived are the difference', () => {
  const [balance] = balancesOf([flow('RECEIPT', 100), flow('TRANSFER_OUT', -10)]);
  expect(balance).toMatchObject({ onHand: 90, difference: 10 });
});

test('units are never added together', () => {
  const balances = balancesOf([flow('RECEIPT', 1, { uom: 'kg' }), flow('RECEIPT', 2)]);
  expect(balances.map(({ uom, received }) => [uom, received])).toEqual([
    ['kg', 1],
    ['pcs', 2],
  ]);
});

test('a location back at zero holds nothing, and one below zero is shown', () => {
  const holders = locationHolders([
    flow('RECEIPT', 5),
    flow('DELIVERY', -5),
    flow('DELIVERY', -3, { locationPk: 11 }),
    flow('RECEIPT', 7, { locationPk: 12, lotPk: 2 }),
    flow('RECEIPT', 1, { locationPk: 12, lotPk: 3 }),
  ]);
  expect(holders.map(({ pk, micros, lotPks }) => [pk, micros, lotPks])).toEqual([
    [11, -3, [1]],
    [12, 8, [2, 3]],
  ]);
});

test('a customer holds what was delivered and not returned, with its documents', () => {
  const holders = customerHolders([
    flow('DELIVERY', -20, { partyPk: 7, document: 'DN-2' }),
    flow('DELIVERY', -5, { partyPk: 7, document: 'DN-1', lotPk: 2 }),
    flow('CUSTOMER_RETURN', 4, { partyPk: 7, document: 'DN-3' }),
    flow('DELIVERY', -1),
  ]);
  expect(holders).toMatchObject([
    {
      kind: 'CUSTOMER',
      pk: 7,
      micros: 21,
      deliveredMicros: 25,
      returnedMicros: 4,
      lotPks: [1, 2],
      documents: ['DN-1', 'DN-2', 'DN-3'],
    },
    { kind: 'UNKNOWN_CUSTOMER', micros: 1 },
  ]);
});

test('customers are taken from the first ledger that names them all', () => {
  const flows = [flow('DELIVERY', -5), flow('DELIVERY', -5, { system: 'erp', partyPk: 7 })];
  expect(customerLedger(flows, ['wms', 'erp'])).toBe('erp');
  expect(customerLedger(flows, ['wms'])).toBe('wms');
  expect(customerLedger([flow('RECEIPT', 5)], ['wms'])).toBeUndefined();
});

test('a mass balance is taken from the first ledger that its term names, else from the most believed one', () => {
  const term = { id: 'trace.massBalance', precedence: ['erp', 'wms'] } as unknown as Term;
  const dictionary = new Dictionary([term]);
  expect(massBalanceLedger(dictionary, ['wms', 'erp'])).toBe('erp');
  expect(massBalanceLedger(dictionary, ['files', 'wms'])).toBe('wms');
  expect(massBalanceLedger(dictionary, ['files', 'other'])).toBe('files');
  expect(massBalanceLedger(dictionary, [])).toBeUndefined();
});

test('a balance never adds two ledgers up', () => {
  const balances = balancesOf([flow('RECEIPT', 1), flow('RECEIPT', 2, { system: 'erp' })]);
  expect(balances.map(({ ledger, received }) => [ledger, received])).toEqual([
    ['erp', 2],
    ['wms', 1],
  ]);
});
