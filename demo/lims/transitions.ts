// The workflows of samples, analyses and batches, as data: transition, states it may start from, state it ends in.
import { HttpError } from '../http';
import type { Record_, Store } from '../store';
import { limsStamp } from '../story/calendar';
import { bodyOf, change, nextUid } from './objects';
import type { Json } from './objects';

interface Transition {
  readonly from: readonly string[];
  readonly to: string;
}

const RUNNING = ['sample_registered', 'sample_due', 'sample_received', 'to_be_verified'];
const WORKFLOWS: Record<string, Record<string, Transition>> = {
  AnalysisRequest: {
    receive: { from: ['sample_registered', 'sample_due'], to: 'sample_received' },
    submit: { from: ['sample_received'], to: 'to_be_verified' },
    verify: { from: ['to_be_verified'], to: 'verified' },
    publish: { from: ['verified', 'to_be_verified'], to: 'published' },
    invalidate: { from: ['verified', 'published'], to: 'invalid' },
    reject: { from: RUNNING, to: 'rejected' },
    cancel: { from: RUNNING, to: 'cancelled' },
    reinstate: { from: ['cancelled'], to: 'sample_received' },
  },
  Analysis: {
    submit: { from: ['registered', 'unassigned', 'assigned'], to: 'to_be_verified' },
    verify: { from: ['to_be_verified'], to: 'verified' },
    retract: { from: ['to_be_verified', 'verified', 'published'], to: 'retracted' },
    reject: { from: ['unassigned', 'assigned', 'to_be_verified', 'verified'], to: 'rejected' },
    retest: { from: ['to_be_verified', 'verified', 'published'], to: 'verified' },
    cancel: { from: ['registered', 'unassigned', 'assigned'], to: 'cancelled' },
  },
  Batch: {
    close: { from: ['open'], to: 'closed' },
    open: { from: ['closed'], to: 'open' },
    cancel: { from: ['open'], to: 'cancelled' },
  },
};

export const refusal = (message: string, status = 400): HttpError =>
  new HttpError(status, { success: false, message });

/** Applies a transition. Thrown as 400 when the object's state does not allow it. */
export function transit(store: Store, row: Record_, name: string, now: number, fields: Json): void {
  const type = String(row['portal_type']);
  const transition = WORKFLOWS[type]?.[name];
  const state = String(row['review_state']);
  if (!transition?.from.includes(state)) {
    throw refusal(`Transition '${name}' is not allowed for ${type} in state '${state}'`);
  }
  const extra: Json = {};
  if (name === 'publish') extra['DatePublished'] = limsStamp(now);
  if (name === 'invalidate') extra['Retest'] = { uid: copySample(store, row, now) };
  if (name === 'retract' || name === 'retest') repeatAnalysis(store, row, now, '', 'unassigned');
  change(store, row, now, transition.to, { ...fields, ...extra });
}

/** An invalidated sample gets a fresh copy to be tested again. */
function copySample(store: Store, row: Record_, now: number): string {
  const { uid } = nextUid(store, 'AnalysisRequest');
  const id = `${String(row['id'])}-R1`;
  const body = {
    ...bodyOf(row),
    Analyses: [],
    Invalidated: { uid: row['uid'] },
    ...{ DateVerified: null, DatePublished: null },
  };
  store.insert('object', {
    ...row,
    ...{ uid, id, title: id, review_state: 'sample_received', path: `${String(row['path'])}-R1` },
    ...{ created: limsStamp(now), modified: limsStamp(now), body: JSON.stringify(body) },
  });
  return uid;
}

/** Adds the analysis that repeats another one of the same sample; returns its uid. */
export function repeatAnalysis(
  store: Store,
  row: Record_,
  now: number,
  result: string,
  state: string,
): string {
  const { uid } = nextUid(store, 'Analysis');
  const old = String(row['uid']);
  const id = `${String(row['id'])}-1`;
  const body = {
    ...bodyOf(row),
    ...{ Result: result, ResultCaptureDate: result === '' ? null : limsStamp(now) },
    ...{ RetestOf: { uid: old }, getRetestOfUID: old, Remarks: '' },
  };
  store.insert('object', {
    ...row,
    ...{ uid, id, review_state: state, path: `${String(row['path'])}-1`, body: JSON.stringify(body) },
    ...{ created: limsStamp(now), modified: limsStamp(now) },
  });
  const sample = store.get('SELECT * FROM object WHERE uid = ?', [row['request_uid'] ?? null]);
  if (sample) {
    const known = bodyOf(sample)['Analyses'];
    change(store, sample, now, null, {
      Analyses: [...(Array.isArray(known) ? (known as unknown[]) : []), { uid }],
    });
  }
  return uid;
}
