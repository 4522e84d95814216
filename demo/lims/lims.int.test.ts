import { LIMS_LOGIN, startLims } from '../index';
import type { Running } from '../index';
import type { Answer } from '../testing';
import { call, freshStory, list, pick } from '../testing';

const basic = `Basic ${Buffer.from(`${LIMS_LOGIN.username}:${LIMS_LOGIN.password}`).toString('base64')}`;

describe('the LIMS', () => {
  let lims: Running;
  let remove = (): void => undefined;
  const api = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(method, `${lims.url}/senaite/@@API/senaite/v1/${path}`, body, { Authorization: basic });

  beforeAll(async () => {
    const story = await freshStory();
    remove = story.remove;
    lims = await startLims({ dir: story.dir });
  });
  afterAll(async () => {
    await lims.close();
    remove();
  });

  const sampleOfExample = async (): Promise<unknown> => {
    const found = await api(
      'GET',
      `analysisrequest?getClientReference=${encodeURIComponent('KIT-1001/LT240117-01')}&complete=yes`,
    );
    return pick(found.body, 'items', 0);
  };

  it('wants basic auth', async () => {
    expect((await call('GET', `${lims.url}/senaite/@@API/senaite/v1/batch`)).status).toBe(401);
  });

  it('gives pages of 25 with links, poorer than details', async () => {
    const first = await api('GET', 'AnalysisRequest');
    expect(first.body).toMatchObject({ pagesize: 25, page: 1, previous: null });
    expect(list(first.body, 'items').length).toBe(25);
    expect(pick(first.body, 'items', 0)).not.toHaveProperty('ClientReference');
    const next = await call('GET', String(pick(first.body, 'next')), undefined, { Authorization: basic });
    expect(pick(next.body, 'page')).toBe(2);
    const uid = String(pick(first.body, 'items', 0, 'uid'));
    expect(pick((await api('GET', uid)).body, 'items', 0)).toHaveProperty('ClientReference');
  });

  it('walks all pages without gaps or repeats, in either order', async () => {
    for (const order of ['asc', 'desc']) {
      const seen = new Set<unknown>();
      let count = 1;
      for (let start = 0; start < count; start += 1000) {
        const page = await api(
          'GET',
          `analysis?limit=1000&b_start=${start}&sort_on=modified&sort_order=${order}`,
        );
        count = Number(pick(page.body, 'count'));
        for (const item of list(page.body, 'items')) seen.add(pick(item, 'uid'));
      }
      expect(seen.size).toBe(count);
    }
  });

  it('leads from the lot in the reference to results with limits', async () => {
    const sample = await sampleOfExample();
    const results = await api('GET', `analysis?getRequestUID=${String(pick(sample, 'uid'))}&complete=yes`);
    expect(list(results.body, 'items').map((item) => pick(item, 'Keyword'))).toEqual(
      expect.arrayContaining(['EO-RES', 'ENDO', 'APPEAR']),
    );
    expect(pick(results.body, 'items', 0, 'ResultsRange')).toHaveProperty('max');
    expect(String(pick(sample, 'modified'))).toMatch(/\+08:00$/);
  });

  it('invalidates a sample, which makes a new one to test', async () => {
    const sample = await sampleOfExample();
    const done = await api('POST', `update/${String(pick(sample, 'uid'))}`, { transition: 'invalidate' });
    expect(pick(done.body, 'items', 0, 'review_state')).toBe('invalid');
    const again = String(pick(done.body, 'items', 0, 'Retest', 'uid'));
    expect(pick((await api('GET', again)).body, 'items', 0, 'Invalidated', 'uid')).toBe(pick(sample, 'uid'));
    const refused = await api('POST', 'update', { uid: pick(sample, 'uid'), transition: 'publish' });
    expect(refused.status).toBe(400);
  });

  it('takes new samples and retests as business acts', async () => {
    const made = await call('POST', `${lims.url}/__activity`, {
      ...{ act: 'newSample', clientReference: 'KIT-1001/LT240117-01', results: { ENDO: '25' } },
      now: '2026-11-23T06:00:00Z',
    });
    const [sample] = list(made.body, 'created');
    const retested = await call('POST', `${lims.url}/__activity`, {
      act: 'retest',
      sample,
      keyword: 'ENDO',
      result: '3',
    });
    const again = String(pick(retested.body, 'created', 0));
    const analysis = pick((await api('GET', again)).body, 'items', 0);
    expect(analysis).toMatchObject({ Result: '3', getRetestOfUID: pick(retested.body, 'retracted') });
    const fresh = await api(
      'GET',
      `analysisrequest?modified_from=${encodeURIComponent('2026-11-23T14:00:00+08:00')}&complete=yes`,
    );
    expect(list(fresh.body, 'items').map((item) => pick(item, 'uid'))).toContain(sample);
  });
});
