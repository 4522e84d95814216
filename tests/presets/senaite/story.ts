/**
 * What the simulated SENAITE holds: samples of raw materials and kits, and a hundred of routine. Planted mess, and what is
 * expected of it:
 * - lots in the client's sample ID, in its reference, in full-width letters, in the batch's client ID, in the title of the batch,
 *   nowhere (NO_LOT); a sample whose batch is gone is read all the same
 * - a sample that was cancelled: void; one in a state of an add-on: rejected
 * - an invalidated sample and its retest; an analysis that was retracted and the one that repeats it
 * - times with offsets of two zones
 * - results: a code of a list of options, which is no number; one below the limit of detection; one with a comma, which is no
 *   number that anybody can be sure of; equal to an upper limit that excludes it; in words; none yet
 */
import type { Json, SenaiteObject } from './server';

const at = (day: string, time = '09:00:00', offset = '+08:00') => `2026-${day}T${time}${offset}`;

function sample(id: string, review_state: string, fields: Json, metadata: Json = {}): SenaiteObject {
  return {
    uid: `ar-${id}`,
    portalType: 'AnalysisRequest',
    metadata: {
      ...{ id, title: id, review_state, modified: at('05-20'), created: at('05-10') },
      ...{ getSampleTypeTitle: 'Finished goods', getClientTitle: 'Demo Medical', getDateVerified: null },
      ...metadata,
    },
    fields: {
      ...{ ClientSampleID: '', ClientReference: '', Batch: '', ParentAnalysisRequest: '', Invalidated: '' },
      ...{ DateSampled: at('05-12'), DateReceived: at('05-12', '11:30:00'), DatePublished: null, ...fields },
    },
  };
}

function analysis(
  uid: string,
  sampleId: string,
  keyword: string,
  review_state: string,
  fields: Json,
): SenaiteObject {
  return {
    uid,
    portalType: 'Analysis',
    metadata: {
      ...{
        id: `${keyword}-${uid}`,
        title: keyword,
        review_state,
        modified: at('05-19'),
        created: at('05-12'),
      },
      ...{ getRequestID: sampleId, getKeyword: keyword, getRetestOfUID: null },
    },
    fields: {
      ...{ Keyword: keyword, Result: '', Unit: '', ResultOptions: [], InterimFields: [], RetestOf: '' },
      ...{ DetectionLimitOperand: '', ResultCaptureDate: at('05-18', '15:00:00'), Analyst: 'lchen' },
      ...{ ResultsRange: { keyword, min: '', max: '', min_operator: 'geq', max_operator: 'leq' }, ...fields },
    },
  };
}

const range = (min: string, max: string, more: Json = {}): Json => ({
  ResultsRange: { min, max, min_operator: 'geq', max_operator: 'leq', ...more },
});
const batch = (uid: string, title: string, ClientBatchID: string): SenaiteObject => ({
  ...{ uid, portalType: 'Batch' },
  metadata: { id: uid, title, review_state: 'open', modified: at('05-01') },
  fields: { ClientBatchID, BatchID: uid },
});
const reference = (uid: string): Json => ({ uid, url: 'x', api_url: 'x' });
const OPTIONS = {
  ResultOptions: [
    { ResultValue: '0', ResultText: 'No growth' },
    { ResultValue: '1', ResultText: 'Growth' },
  ],
};

/** Samples of every day, so that a list has more pages than one. */
const ROUTINE = Array.from({ length: 100 }, (_, i) =>
  sample(
    `RT-${String(i + 1).padStart(4, '0')}`,
    'published',
    { ClientSampleID: `RES-1001 R26${String(101 + (i % 5))}` },
    { modified: at('04-15', `08:${String(i % 60).padStart(2, '0')}:00`) },
  ),
);

const OBJECTS: readonly SenaiteObject[] = [
  ...ROUTINE,
  batch('b-2', 'Sterilisation', 'K26002'),
  batch('b-3', 'Kits of K26003', ''),
  sample(
    'RM-0001',
    'published',
    { ClientSampleID: 'RES-1001 / R26001', DatePublished: at('05-19', '23:30:00', '+02:00') },
    { getSampleTypeTitle: 'Raw material', getDateVerified: at('05-19', '10:00:00') },
  ),
  sample('RM-0002', 'verified', { ClientReference: 'PO 4500010 lot r26002 RES-1001' }),
  sample('FP-0001', 'published', { ClientSampleID: 'KIT-9000/K26001' }),
  sample('FP-0002', 'to_be_verified', { ClientSampleID: 'KIT-9000', Batch: reference('b-2') }),
  sample('FP-0003', 'sample_received', { ClientSampleID: 'KIT-9000', Batch: reference('b-3') }),
  sample('FP-0004', 'sample_due', { ClientSampleID: 'ＫＩＴ－９０００　ｋ２６００４' }),
  sample('FP-0005', 'sample_received', { ClientSampleID: 'see label' }),
  sample('FP-0006', 'cancelled', { ClientSampleID: 'KIT-9000/K26006' }),
  sample('FP-0007', 'invalid', {
    ClientSampleID: 'KIT-9000/K26007',
    Invalidated: reference('ar-FP-0007-R01'),
  }),
  sample('FP-0007-R01', 'sample_received', { ClientSampleID: 'KIT-9000/K26007' }),
  sample('FP-0008', 'rejected', { ClientSampleID: 'KIT-9000/K26008' }),
  sample('FP-0009', 'dispatched', { ClientSampleID: 'KIT-9000/K26009' }),
  sample('FP-0010', 'stored', { ClientSampleID: 'KIT-9000/K26001' }),
  sample('FP-0011', 'sample_received', { ClientSampleID: 'KIT-9000', Batch: reference('b-gone') }),
  analysis('a01', 'RM-0001', 'Viscosity', 'published', { Result: '7.25', Unit: 'Pa*s', ...range('7', '8') }),
  analysis('a02', 'RM-0001', 'pH', 'verified', { Result: '7,4', ...range('7', '8') }),
  analysis('a03', 'FP-0001', 'Sterility', 'published', { Result: '0', ...OPTIONS }),
  analysis('a04', 'FP-0001', 'Endotoxin', 'published', {
    ...{ Result: '0.05', DetectionLimitOperand: '<', Unit: 'EU/ml', ...range('', '20') },
  }),
  analysis('a05', 'FP-0002', 'Force', 'retracted', { Result: '9.1', ...range('7', '8') }),
  analysis('a06', 'FP-0002', 'Force', 'verified', {
    ...{ Result: '7.6', RetestOf: reference('a05'), ...range('7', '8') },
  }),
  analysis('a07', 'FP-0003', 'Force', 'assigned', { ResultCaptureDate: null, ...range('7', '8') }),
  analysis('a08', 'FP-0004', 'Leak', 'to_be_verified', {
    ...{ Result: '0.50', ...range('', '0.5', { max_operator: 'lt' }) },
  }),
  analysis('a09', 'FP-0006', 'Force', 'cancelled', range('7', '8')),
  analysis('a10', 'FP-0009', 'Appearance', 'verified', { Result: '合格' }),
  analysis('a11', 'FP-0009', 'Report', 'verified', { Result: 'see attachment' }),
  analysis('a12', 'FP-0002', 'Sterility', 'verified', { Result: '1', ...OPTIONS }),
];

/** A copy that a test may change. */
export const senaiteStory = (): SenaiteObject[] => structuredClone([...OBJECTS]);

/** The same object with what somebody changed about it. */
export const changed = (object: SenaiteObject, metadata: Json, fields: Json): SenaiteObject => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
  fields: { ...object.fields, ...fields },
});
