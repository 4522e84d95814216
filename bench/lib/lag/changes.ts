/** Changes that people make in the legacy systems, and what the graph shows once it knows of each. */
import type { DemoSystem } from '../demo-systems';
import type { Json, LegacyDoors } from './systems';

/** What to look for: a field of Query, and whether its value shows the change. */
export interface Sight {
  readonly field: string;
  readonly shows: (value: Json) => boolean;
}

/** A change that is ready to be made; making it tells what to look for. */
export interface Change {
  readonly system: DemoSystem;
  readonly kind: string;
  make(): Promise<Sight>;
}

const ITEM = 'RES-1001';
const WMS = '/openboxes/api';
const LIMS = '/senaite/@@API/senaite/v1';

const text = JSON.stringify;
const lot = (item: string, number: string, fields: string): string =>
  `lot(item: ${text(item)}, lotNumber: ${text(number)}) { ${fields} }`;
const documents = (number: string): Sight => ({
  field: `documents(number: ${text(number)}, first: 2) { nodes { id } }`,
  shows: (page) => (page['nodes'] as unknown[]).length > 0,
});

/** ERP: a receipt of a new lot, a delivery, and another expiry date. */
async function erpChange(doors: LegacyDoors, n: number): Promise<Change> {
  const number = `LT99${String(n).padStart(4, '0')}-01`;
  const receive = (): Promise<Json> =>
    doors.act('erp', { act: 'receive', item_code: ITEM, qty: 100, lot: number });
  if (n % 3 === 0)
    return {
      ...{ system: 'erp', kind: 'new lot' },
      make: async () => {
        await receive();
        return { field: lot(ITEM, number, 'id'), shows: () => true };
      },
    };
  await receive();
  if (n % 3 === 1)
    return {
      ...{ system: 'erp', kind: 'delivery' },
      make: async () => {
        const { created } = await doors.act('erp', { act: 'deliver', batch_no: number, qty: 1 });
        return documents(String((created as unknown[])[0]));
      },
    };
  const day = new Date(Date.UTC(2031, 0, 1 + n)).toISOString().slice(0, 10);
  return {
    ...{ system: 'erp', kind: 'expiry date' },
    make: async () => {
      await doors.call('erp', 'PUT', `/api/resource/Batch/${number}`, { expiry_date: day });
      return { field: lot(ITEM, number, 'expiresOn'), shows: (value) => value['expiresOn'] === day };
    },
  };
}

/** A lot on a shelf of the warehouse. */
interface Shelf {
  readonly product: { readonly productCode: string };
  readonly inventoryItem: {
    readonly id: string;
    readonly lotNumber: string | null;
    readonly lotStatus: string | null;
  };
  readonly location: { readonly id: string };
  readonly binLocation: { readonly id: string };
  readonly quantityOnHand: number;
}

/** One shelf of each lot whose number and product need no reading. */
async function plainShelves(doors: LegacyDoors): Promise<Shelf[]> {
  const { data } = await doors.call('wms', 'GET', `${WMS}/productAvailability?max=1000`);
  const plain = (data as Shelf[]).filter(
    ({ product, inventoryItem, quantityOnHand }) =>
      /^LT\d{6}-\d{2}$/.test(inventoryItem.lotNumber ?? '') &&
      !product.productCode.startsWith('0') &&
      [null, 'APPROVED'].includes(inventoryItem.lotStatus) &&
      quantityOnHand >= 2,
  );
  return [...new Map(plain.map((shelf) => [shelf.inventoryItem.id, shelf])).values()];
}

/** WMS: a count, an adjustment, and a lot put on hold. */
function wmsChange(doors: LegacyDoors, shelf: Shelf, n: number): Change {
  const { product, inventoryItem, location, binLocation, quantityOnHand } = shelf;
  const number = inventoryItem.lotNumber ?? '';
  const byLot = { lotNumber: number, productCode: product.productCode };
  if (n % 3 === 0)
    return {
      ...{ system: 'wms', kind: 'count' },
      make: async () => {
        const { created } = await doors.act('wms', { act: 'count', ...byLot, quantity: quantityOnHand - 1 });
        const [id] = created as string[];
        const { data } = await doors.call('wms', 'GET', `${WMS}/transactions/${id ?? ''}`);
        return documents(String((data as Json)['transactionNumber']));
      },
    };
  if (n % 3 === 1)
    return {
      ...{ system: 'wms', kind: 'adjustment' },
      make: async () => {
        const { data } = await doors.call('wms', 'POST', `${WMS}/stockAdjustments`, {
          ...{ inventoryItem: { id: inventoryItem.id }, location: { id: location.id } },
          ...{ binLocation: { id: binLocation.id }, quantityAdjusted: -1, reasonCode: 'DAMAGED' },
        });
        return documents(String((data as Json)['transactionNumber']));
      },
    };
  return {
    ...{ system: 'wms', kind: 'hold' },
    make: async () => {
      await doors.call('wms', 'POST', `${WMS}/inventoryItems/${inventoryItem.id}`, { lotStatus: 'ON_HOLD' });
      return {
        field: lot(product.productCode, number, 'holds { source { system } }'),
        shows: ({ holds }) =>
          (holds as { source: { system: string } | null }[]).some(({ source }) => source?.system === 'wms'),
      };
    },
  };
}

/** LIMS: a new sample, a repeated analysis, and a sample that is no longer valid. */
async function limsChange(doors: LegacyDoors, n: number): Promise<Change> {
  const newSample = (): Promise<Json> =>
    doors.act('lims', { act: 'newSample', clientReference: 'KIT-1001/LT240117-01' });
  const sample = (id: string, fields: string): string => `inspection(number: ${text(id)}) { ${fields} }`;
  if (n % 3 === 0)
    return {
      ...{ system: 'lims', kind: 'new sample' },
      make: async () => ({ field: sample(String((await newSample())['id']), 'id'), shows: () => true }),
    };
  const { id, created } = await newSample();
  const number = String(id);
  if (n % 3 === 1)
    return {
      ...{ system: 'lims', kind: 'retest' },
      make: async () => {
        await doors.act('lims', { act: 'retest', keyword: 'ENDO', sample: number, result: '0.0421' });
        return {
          field: sample(number, 'results { value }'),
          shows: ({ results }) => (results as { value: string }[]).some(({ value }) => value === '0.0421'),
        };
      },
    };
  return {
    ...{ system: 'lims', kind: 'invalid sample' },
    make: async () => {
      await doors.call('lims', 'POST', `${LIMS}/update/${String((created as unknown[])[0])}`, {
        transition: 'invalidate',
      });
      return { field: sample(number, 'state'), shows: ({ state }) => state === 'INVALID' };
    },
  };
}

/** `count` changes, a third in each system, each of a lot or sample of its own; writes what they start from. */
export async function planChanges(doors: LegacyDoors, count: number): Promise<Change[]> {
  const shelves = await plainShelves(doors);
  const changes: Change[] = [];
  for (let n = 0; n < count; n += 1) {
    const round = Math.floor(n / 3);
    const shelf = shelves[round];
    if (n % 3 === 0) changes.push(await erpChange(doors, round));
    else if (n % 3 === 1) changes.push(await limsChange(doors, round));
    else if (shelf !== undefined) changes.push(wmsChange(doors, shelf, round));
    else throw new Error(`the warehouse has only ${shelves.length} lots to change`);
  }
  return changes;
}
