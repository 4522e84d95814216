import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { ERP_TOKEN, startErp } from '../index';
import type { Running } from '../index';
import type { Answer } from '../testing';
import { call, freshStory, list, pick } from '../testing';

describe('the ERP', () => {
  let erp: Running;
  let path = '';
  let dir = '';
  let remove = (): void => undefined;
  const api = (
    method: string,
    route: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    call(method, `${erp.url}/api/resource/${route}`, body, {
      Authorization: `token ${ERP_TOKEN}`,
      ...headers,
    });
  const fault = (body: unknown): Promise<Answer> => call('POST', `${erp.url}/__faults`, body);
  const act = (body: unknown): Promise<Answer> => call('POST', `${erp.url}/__activity`, body);

  beforeAll(async () => {
    const story = await freshStory();
    ({ dir, remove } = story);
    path = join(dir, 'erp.sqlite');
    erp = await startErp({ dir });
  });
  afterEach(() => call('DELETE', `${erp.url}/__faults`));
  afterAll(async () => {
    await erp.close();
    remove();
  });

  const query = (reader: Database.Database): unknown =>
    reader.prepare('SELECT expiry_date FROM tabBatch LIMIT 1').get();

  it('answers documents and lists to those who hold the token', async () => {
    expect((await call('GET', `${erp.url}/api/resource/Batch`)).status).toBe(403);
    const filters = encodeURIComponent('[["item","=","KIT-1001"]]');
    const page = await api('GET', `Batch?fields=["name","item"]&filters=${filters}&limit_page_length=3`);
    expect(list(page.body, 'data').length).toBe(3);
    const doc = await api('GET', 'Batch/LT240117-01');
    expect(pick(doc.body, 'data')).toMatchObject({ item: 'KIT-1001', batch_qty: 24, doctype: 'Batch' });
    expect(pick((await api('GET', 'Batch/NOPE')).body, 'exc_type')).toBe('DoesNotExistError');
  });

  it('changes a batch with a fresh stamp, and refuses what is no date', async () => {
    const before = pick((await api('GET', 'Batch/LT240117-01')).body, 'data', 'modified');
    const done = await api('PUT', 'Batch/LT240117-01', { disabled: 1, expiry_date: '2028-01-31' });
    expect(pick(done.body, 'data')).toMatchObject({ disabled: 1, expiry_date: '2028-01-31' });
    expect(String(pick(done.body, 'data', 'modified')) > String(before)).toBe(true);
    expect((await api('PUT', 'Batch/LT240117-01', { expiry_date: '31.01.2028' })).status).toBe(417);
    expect((await api('PUT', 'Batch/LT240117-01', { item: 'KIT-1002' })).status).toBe(417);
  });

  it('reconciles a level once per idempotency key and posts the difference', async () => {
    const items = [{ item_code: 'KIT-1001', warehouse: 'SH Main - DMD', batch_no: 'LT240117-01', qty: 6 }];
    const key = { 'Idempotency-Key': 'reco-1' };
    const [first, again] = await Promise.all([
      api('POST', 'Stock Reconciliation', { items, docstatus: 1 }, key),
      api('POST', 'Stock Reconciliation', { items, docstatus: 1 }, key),
    ]);
    expect(again.body).toEqual(first.body);
    expect(pick(first.body, 'data', 'items', 0)).toMatchObject({ current_qty: 7, quantity_difference: -1 });
    expect(pick((await api('GET', 'Batch/LT240117-01')).body, 'data', 'batch_qty')).toBe(23);
  });

  it('lies about a command when told to', async () => {
    await fault({ target: 'commands', mode: 'lieOk', times: 1 });
    const yes = await api('PUT', 'Batch/LT240118-01', { disabled: 1 });
    expect([yes.status, pick(yes.body, 'data', 'disabled')]).toEqual([200, 1]);
    expect(pick((await api('GET', 'Batch/LT240118-01')).body, 'data', 'disabled')).toBe(0);
    await fault({ target: 'commands', mode: 'lieFail', times: 1 });
    expect((await api('PUT', 'Batch/LT240118-01', { disabled: 1 })).status).toBe(500);
    expect(pick((await api('GET', 'Batch/LT240118-01')).body, 'data', 'disabled')).toBe(1);
  });

  it('locks its readers out when the SQL side hangs', async () => {
    await fault({ target: 'sql', mode: 'hang' });
    const reader = new Database(path, { timeout: 50 });
    expect(() => query(reader)).toThrow(/locked/);
    const waiting = api('GET', 'Batch/LT240117-01');
    await call('DELETE', `${erp.url}/__faults`);
    expect((await waiting).status).toBe(200);
    expect(query(reader)).toBeTruthy();
    reader.close();
  });

  it('renames a column and puts it back', async () => {
    const reader = new Database(path);
    await fault({ target: 'sql', mode: 'nonsense', table: 'tabBatch', column: 'expiry_date' });
    expect(() => query(reader)).toThrow(/no such column/);
    await call('DELETE', `${erp.url}/__faults`);
    expect(query(reader)).toBeTruthy();
    reader.close();
  });

  it('goes down for those who hold the file open and for those who come anew', async () => {
    const reader = new Database(path);
    expect(query(reader)).toBeTruthy();
    await fault({ target: 'sql', mode: 'down' });
    expect(() => query(reader)).toThrow();
    expect(() => query(new Database(path, { fileMustExist: true }))).toThrow();
    await call('DELETE', `${erp.url}/__faults`);
    const fresh = new Database(path);
    expect(query(fresh)).toBeTruthy();
    fresh.close();
    reader.close();
  });

  it('receives, manufactures and delivers as business acts', async () => {
    const now = '2026-11-23T05:00:00Z';
    const received = await act({ act: 'receive', item_code: 'RES-1001', qty: 12.5, lot: 'LT960001-01', now });
    expect(pick(received.body, 'batch_no')).toBe('LT960001-01');
    const made = await act({
      act: 'manufacture',
      item_code: 'KIT-1002',
      qty: 10,
      lot: 'LT960002-01',
      inputs: [{ batch_no: 'LT960001-01', qty: 2.5 }],
      now,
    });
    expect(made.status).toBe(200);
    expect(
      (await act({ act: 'deliver', batch_no: 'LT960002-01', qty: 4, customer: 'CUST-1003', now })).status,
    ).toBe(200);
    expect((await act({ act: 'deliver', batch_no: 'LT960002-01', qty: 40, now })).status).toBe(417);
    expect(pick((await api('GET', 'Batch/LT960001-01')).body, 'data', 'batch_qty')).toBe(10);
    expect(pick((await api('GET', 'Batch/LT960002-01')).body, 'data')).toMatchObject({
      batch_qty: 6,
      modified: expect.stringMatching(/^2026-11-23 13:00:00/) as unknown,
    });
    await act({ act: 'renameItem', item_code: 'KIT-1002', custom_name_zh: '新名称', now });
    expect(pick((await api('GET', 'Item/KIT-1002')).body, 'data', 'custom_name_zh')).toBe('新名称');
  });

  it('comes back after it was killed while down', async () => {
    await fault({ target: 'sql', mode: 'down' });
    const other = mkdtempSync(join(tmpdir(), 'lg-demo-'));
    renameSync(`${path}.away`, join(other, 'erp.sqlite.away'));
    renameSync(`${path}.header`, join(other, 'erp.sqlite.header'));
    const again = await startErp({ dir: other });
    const doc = await call('GET', `${again.url}/api/resource/Item/KIT-1002`, undefined, {
      Authorization: `token ${ERP_TOKEN}`,
    });
    expect(pick(doc.body, 'data', 'custom_name_zh')).toBe('新名称');
    await again.close();
    renameSync(join(other, 'erp.sqlite'), path);
    rmSync(other, { recursive: true });
  });
});
