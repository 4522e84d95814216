import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLE, prepareStory, readPlanted } from './index';
import { Store } from './store';
import { checkDigit } from './story/gtin';
import { DATE, freshStory } from './testing';

const FILES = [
  'erp.sqlite',
  'wms.sqlite',
  'lims.sqlite',
  'planted.json',
  'qa/recalls.csv',
  'qa/recall-lots.csv',
];
const digest = (dir: string): string[] =>
  FILES.map((name) =>
    createHash('sha256')
      .update(readFileSync(join(dir, name)))
      .digest('hex'),
  );

// quantities per ERP batch and site, over both shapes of the ledger
const ERP_STOCK = `
  SELECT batch, custom_site AS site, sum(qty) AS qty FROM (
    SELECT batch_no AS batch, warehouse, actual_qty AS qty FROM \`tabStock Ledger Entry\`
    WHERE is_cancelled = 0 AND serial_and_batch_bundle IS NULL
    UNION ALL
    SELECT e.batch_no, l.warehouse, e.qty FROM \`tabStock Ledger Entry\` l
    JOIN \`tabSerial and Batch Entry\` e ON e.parent = l.serial_and_batch_bundle WHERE l.is_cancelled = 0
  ) m JOIN tabWarehouse w ON w.name = m.warehouse GROUP BY batch, custom_site`;

describe('the story', () => {
  let dir = '';
  let remove = (): void => undefined;
  let erp: Store;
  let wms: Store;

  beforeAll(async () => {
    ({ dir, remove } = await freshStory());
    erp = new Store(join(dir, 'erp.sqlite'));
    wms = new Store(join(dir, 'wms.sqlite'));
  });
  afterAll(() => {
    erp.close();
    wms.close();
    remove();
  });

  const count = (store: Store, sql: string): number =>
    Number(store.get(`SELECT count(*) AS n FROM ${sql}`)?.['n']);

  it('redoes a half-written story, the same to the byte, and tells another for another seed', async () => {
    const twin = mkdtempSync(join(tmpdir(), 'lg-demo-'));
    writeFileSync(join(twin, 'erp.sqlite'), 'half');
    await prepareStory(twin, { date: DATE });
    expect(digest(twin)).toEqual(digest(dir));
    await prepareStory(twin, { date: DATE, seed: 7 });
    expect(digest(twin)[0]).not.toEqual(digest(dir)[0]);
    rmSync(twin, { recursive: true });
  });

  it('does nothing when the directory already holds the story', async () => {
    const before = statSync(join(dir, 'lims.sqlite')).mtimeMs;
    await prepareStory(dir);
    expect(statSync(join(dir, 'lims.sqlite')).mtimeMs).toBe(before);
  });

  it('has the size that was promised', () => {
    expect(count(erp, 'tabItem')).toBe(150);
    expect(count(erp, 'tabCustomer')).toBe(60);
    expect(count(erp, 'tabBatch')).toBe(2000);
    const movements = count(erp, '`tabStock Ledger Entry`') + count(wms, 'transaction_entry');
    expect(movements).toBeGreaterThan(19_000);
    expect(movements).toBeLessThan(22_500);
    expect(count(erp, '(SELECT DISTINCT item_group FROM tabItem)')).toBeGreaterThanOrEqual(6);
  });

  it('keeps every balance at zero or more, and qty_after_transaction right', () => {
    const rows = erp.all(
      'SELECT item_code || warehouse AS k, actual_qty AS q, qty_after_transaction AS a FROM `tabStock Ledger Entry` WHERE is_cancelled = 0 ORDER BY posting_datetime, rowid',
    );
    const balances = new Map<unknown, number>();
    const wrong: unknown[] = [];
    for (const { k, q, a } of rows) {
      const after = (balances.get(k) ?? 0) + Math.round(Number(q) * 1000);
      balances.set(k, after);
      if (Math.round(Number(a) * 1000) !== after || after < 0) wrong.push(k);
    }
    expect(wrong).toEqual([]);
    expect(count(erp, 'tabBatch WHERE batch_qty < 0')).toBe(0);
  });

  it('has the same stock per lot and site in ERP and WMS, but for what was planted', () => {
    const names = new Map(
      erp
        .all('SELECT name, batch_id, item FROM tabBatch')
        .map((row) => [`${String(row['item'])}/${String(row['batch_id'])}`, row['name']]),
    );
    const stock = new Map<string, number>();
    const add = (key: string, qty: number): void =>
      void stock.set(key, (stock.get(key) ?? 0) + Math.round(qty * 1000));
    for (const row of erp.all(ERP_STOCK))
      add(`${String(row['batch'])} ${String(row['site'])}`, Number(row['qty']));
    const levels = wms.all(
      `SELECT p.code, i.lot_key, l.number AS site, a.quantity FROM product_availability a
       JOIN inventory_item i ON i.id = a.inventory_item_id JOIN product p ON p.id = i.product_id
       JOIN location l ON l.id = a.location_id`,
    );
    for (const row of levels) {
      const key = `${String(row['code']).replace(/^0+/, '')}/${String(row['lot_key']).toUpperCase()}`;
      add(`${String(names.get(key) ?? row['lot_key'])} ${String(row['site'])}`, -Number(row['quantity']));
    }
    const different = [...stock]
      .filter(([, qty]) => qty !== 0)
      .map(([key]) => key.split(' ')[0]?.toUpperCase());
    const kinds = new Set(['count-difference', 'missed-movement', 'missing-batch', 'unknown-lot']);
    const planted = readPlanted(dir)
      .filter(({ kind }) => kinds.has(kind))
      .map(({ keys }) => keys['lotNumber']);
    expect(different.sort()).toEqual([...planted, 'NULL'].sort());
  });

  it('replays the WMS transactions to its product availability', () => {
    const entries = wms.all(
      `SELECT e.inventory_item_id || e.bin_id AS shelf, e.inventory_item_id AS lot, e.product_id AS product, e.bin_id AS bin,
              e.quantity AS q, h.type_id AS type, h.location_id AS depot, h.id AS head
       FROM transaction_entry e JOIN transaction_head h ON h.id = e.transaction_id ORDER BY h.date_created, h.number, e.id`,
    );
    const levels = new Map<unknown, number>();
    const wrong: unknown[] = [];
    let lastProductCount: unknown;
    const shelves = new Map<unknown, { product: unknown; depot: unknown }>();
    for (const { shelf, q, type, product, depot, head } of entries) {
      shelves.set(shelf, { product, depot });
      if (type === '11' && head !== lastProductCount) {
        lastProductCount = head;
        for (const [key, where] of shelves)
          if (where.product === product && where.depot === depot) levels.set(key, 0);
      }
      const qty = Math.round(Number(q) * 1000);
      const sets = type === '7' || type === '11';
      const sign = type === '3' || type === '8' ? 1 : -1;
      const after = sets ? qty : (levels.get(shelf) ?? 0) + sign * qty;
      if (after < 0) wrong.push(head);
      levels.set(shelf, after);
    }
    const known = wms.all(
      'SELECT inventory_item_id || bin_id AS shelf, quantity AS q FROM product_availability',
    );
    expect(wrong).toEqual([]);
    const replayed = [...levels].filter(([, qty]) => qty !== 0);
    expect(replayed.length).toBe(known.length);
    for (const { shelf, q } of known) expect(levels.get(shelf)).toBe(Math.round(Number(q) * 1000));
  });

  it('gives every item a valid GTIN of its own', () => {
    const gtins = erp.all('SELECT custom_gtin AS g FROM tabItem').map((row) => String(row['g']));
    expect(new Set(gtins).size).toBe(150);
    for (const gtin of gtins)
      expect([gtin.length, gtin.slice(13)]).toEqual([14, checkDigit(gtin.slice(0, 13))]);
  });

  it('makes the example kit rich', () => {
    const name = EXAMPLE.lotNumber;
    const batch = erp.get('SELECT * FROM tabBatch WHERE name = ?', [name]);
    expect(batch?.['item']).toBe(EXAMPLE.itemCode);
    const left = (Date.parse(String(batch?.['expiry_date'])) - Date.parse(DATE)) / 86_400_000 / 730;
    expect(left).toBeGreaterThan(0.4);
    expect(left).toBeLessThan(0.7);
    expect(count(erp, `\`tabSerial No\` WHERE batch_no = '${name}'`)).toBe(40);
    expect(count(erp, `\`tabQuality Inspection\` WHERE batch_no = '${name}'`)).toBe(1);
    const sites = erp.all(ERP_STOCK).filter((row) => row['batch'] === name && Number(row['qty']) > 0);
    expect(sites.length).toBeGreaterThanOrEqual(2);
    const customers = erp.all(
      `SELECT DISTINCT customer FROM \`tabDelivery Note\` n JOIN \`tabStock Ledger Entry\` l ON l.voucher_no = n.name
       JOIN \`tabSerial and Batch Entry\` e ON e.parent = l.serial_and_batch_bundle WHERE e.batch_no = ?`,
      [name],
    );
    expect(customers.length).toBeGreaterThanOrEqual(3);
  });

  it('links a recall of the past to an ancestor of the example kit', () => {
    const inputsOf = (name: string): string[] =>
      erp
        .all(
          `SELECT DISTINCT coalesce(d.batch_no, e.batch_no) AS b FROM \`tabStock Entry Detail\` d
           LEFT JOIN \`tabSerial and Batch Entry\` e ON e.parent = d.serial_and_batch_bundle
           WHERE d.s_warehouse IS NOT NULL AND d.parent IN (
             SELECT s.name FROM \`tabStock Entry\` s JOIN tabBatch b ON b.reference_name = s.name WHERE b.name = ?)`,
          [name],
        )
        .map((row) => String(row['b']));
    const ancestors = new Set<string>([EXAMPLE.lotNumber]);
    for (const name of ancestors) for (const input of inputsOf(name)) ancestors.add(input);
    expect(ancestors.size).toBeGreaterThan(10);
    const recalled = readFileSync(join(dir, 'qa/recall-lots.csv'), 'utf8')
      .split('\r\n')
      .map((line) => line.split(',')[2] ?? '');
    expect(recalled.some((lot) => lot !== EXAMPLE.lotNumber && ancestors.has(lot))).toBe(true);
  });

  it('plants at least 25 kinds of mess, and the databases show them', () => {
    const planted = readPlanted(dir);
    expect(new Set(planted.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(25);
    expect(new Set(planted.map(({ id }) => id)).size).toBe(planted.length);
    expect(count(erp, "tabBatch WHERE expiry_date = '0000-00-00'")).toBe(3);
    expect(count(erp, '`tabDelivery Note` WHERE docstatus = 2')).toBe(3);
    expect(count(erp, '`tabDelivery Note` WHERE docstatus = 0')).toBe(2);
    expect(count(wms, "product WHERE code LIKE '0000%'")).toBe(4);
    expect(count(wms, 'inventory_item WHERE lot_number IS NULL')).toBe(1);
  });
});
