// Business acts for tests: a new sample with its results, and a retest.
import { textOf } from '../http';
import type { Store } from '../store';
import { HOUR, limsStamp } from '../story/calendar';
import { TESTS } from '../story/quality';
import { change, findObject, nextUid } from './objects';
import type { Json } from './objects';
import { refusal, repeatAnalysis } from './transitions';
import { rangeOf } from './writer';

/** Runs `newSample` or `retest`. Thrown as 400 or 404 when the facts do not fit. */
export function act(store: Store, body: Record<string, unknown>): Json {
  const given = textOf(body['now']);
  const now = given === undefined ? Date.now() : Date.parse(given);
  if (Number.isNaN(now)) throw refusal(`not an instant: ${String(given)}`);
  switch (body['act']) {
    case 'newSample':
      return newSample(store, body, now);
    case 'retest':
      return retest(store, body, now);
    default:
      throw refusal('no such act: newSample, retest');
  }
}

function newSample(store: Store, body: Record<string, unknown>, now: number): Json {
  const keywords = Array.isArray(body['keywords'])
    ? body['keywords'].map(String)
    : ['EO-RES', 'ENDO', 'APPEAR'];
  const results = (body['results'] ?? {}) as Record<string, unknown>;
  const { uid, n } = nextUid(store, 'AnalysisRequest');
  const id = `STK-N${String(n).padStart(5, '0')}`;
  const path = `/senaite/clients/client-1/${id}`;
  const stamps = { created: limsStamp(now), modified: limsStamp(now) };
  const title = textOf(body['batch']);
  const batch =
    title === undefined
      ? null
      : store.get("SELECT * FROM object WHERE portal_type = 'Batch' AND title = ?", [title]);
  const state = textOf(body['state']) ?? 'published';
  const tests = Object.values(TESTS)
    .flat()
    .filter((test) => keywords.includes(test.keyword));
  const created = [uid];
  const ranges: Json[] = [];
  for (const test of tests) {
    const range = rangeOf({
      keyword: test.keyword,
      min: String(test.min ?? ''),
      max: String(test.max ?? ''),
    });
    const result =
      textOf(results[test.keyword]) ?? test.text ?? String(((test.min ?? 0) + (test.max ?? 10)) / 2);
    ranges.push(range);
    const analysis = nextUid(store, 'Analysis').uid;
    created.push(analysis);
    store.insert('object', {
      ...{
        uid: analysis,
        portal_type: 'Analysis',
        id: test.keyword,
        title: test.title,
        review_state: state,
        ...stamps,
      },
      ...{ request_uid: uid, path: `${path}/${test.keyword}` },
      body: JSON.stringify({
        ...{ Keyword: test.keyword, ServiceTitle: test.title, Result: result, Unit: test.unit },
        ...{ ResultOptions: '[]', InterimFields: '[]', DetectionLimitOperand: '', Uncertainty: '' },
        ...{ ResultCaptureDate: limsStamp(now), ResultsRange: range, RetestOf: null, getRetestOfUID: '' },
        ...{ getRequestID: id, getRequestUID: uid, Method: 'SOP-QC-012', Remarks: '' },
      }),
    });
  }
  const reference = textOf(body['clientReference']) ?? '';
  const sampleId = textOf(body['clientSampleID']) ?? '';
  store.insert('object', {
    ...{ uid, portal_type: 'AnalysisRequest', id, title: id, review_state: state, ...stamps, path },
    ...{ client_reference: reference, client_sample_id: sampleId, batch_uid: batch?.['uid'] ?? null },
    body: JSON.stringify({
      ...{
        ClientTitle: 'Quality Control',
        Batch: batch ? { uid: batch['uid'] } : null,
        BatchTitle: batch?.['title'] ?? '',
      },
      ...{
        BatchID: batch?.['id'] ?? '',
        ClientSampleID: sampleId,
        ClientReference: reference,
        ClientOrderNumber: '',
      },
      ...{
        SampleTypeTitle: textOf(body['sampleType']) ?? 'Sterile kit',
        DateSampled: limsStamp(now - 24 * HOUR),
      },
      ...{
        DateReceived: limsStamp(now - 20 * HOUR),
        DateVerified: limsStamp(now),
        DatePublished: limsStamp(now),
      },
      ...{
        Specification: 'Sterile kit v3',
        ResultsRange: ranges,
        Analyses: created.slice(1).map((one) => ({ uid: one })),
      },
      ...{ ParentAnalysisRequest: null, Invalidated: null, Retest: null, Remarks: '' },
    }),
  });
  return { act: 'newSample', id, created };
}

function retest(store: Store, body: Record<string, unknown>, now: number): Json {
  const uid = textOf(body['uid']);
  const row =
    uid !== undefined
      ? findObject(store, uid)
      : store.get(
          `SELECT a.* FROM object a JOIN object s ON s.uid = a.request_uid
           WHERE a.portal_type = 'Analysis' AND a.id = ? AND (s.uid = ? OR s.id = ?)`,
          [textOf(body['keyword']) ?? '', textOf(body['sample']) ?? '', textOf(body['sample']) ?? ''],
        );
  if (row?.['portal_type'] !== 'Analysis') throw refusal('no such analysis', 404);
  const state = String(row['review_state']);
  change(store, row, now, 'retracted', {});
  const again = repeatAnalysis(
    store,
    row,
    now,
    textOf(body['result']) ?? '',
    state === 'published' ? 'published' : 'verified',
  );
  return { act: 'retest', created: [again], retracted: row['uid'] };
}
