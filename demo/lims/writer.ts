// Writes one cell of the story into the LIMS: batches, samples and analyses as SENAITE would store them.
import { DAY, HOUR, limsStamp } from '../story/calendar';
import type { Analysis, Cell, Sample } from '../story/model';
import { TESTS } from '../story/quality';
import type { Sink } from '../sql';
import type { PortalType } from './tables';
import { OBJECTS, PREFIXES, limsUid } from './tables';

const CLIENT_PATH = '/senaite/clients/client-1';
const ref = (uid: string): { uid: string } => ({ uid });

interface Stored {
  readonly type: PortalType;
  readonly uid: string;
  readonly id: string;
  readonly title?: string;
  readonly state: string;
  readonly created: number;
  readonly modified: number;
  readonly path: string;
  readonly reference?: string;
  readonly sampleId?: string;
  readonly request?: string;
  readonly batch?: string;
  readonly body: Record<string, unknown>;
}

export class LimsWriter {
  private readonly counters = new Map<string, number>();
  private readonly client = limsUid('Client', 1);
  private readonly types = new Map<string, string>();

  constructor(
    private readonly sink: Sink,
    private readonly end: number,
  ) {
    const at = end - 1100 * DAY;
    const setup = (type: PortalType, id: string, title: string, body: Record<string, unknown>): string => {
      const uid = limsUid(type, this.count(type));
      this.store({
        type,
        uid,
        id,
        title,
        state: 'active',
        created: at,
        modified: at,
        path: `/senaite/setup/${id}`,
        body,
      });
      return uid;
    };
    setup('Client', 'client-1', 'Quality Control', { Name: 'Quality Control', ClientID: 'QC' });
    for (const [title, prefix] of Object.entries(PREFIXES)) {
      this.types.set(
        title,
        setup('SampleType', `sampletype-${prefix.toLowerCase()}`, title, { Prefix: prefix }),
      );
    }
    for (const test of Object.values(TESTS).flat()) {
      setup('AnalysisService', `analysisservice-${test.keyword.toLowerCase()}`, test.title, {
        Keyword: test.keyword,
        Unit: test.unit,
      });
    }
  }

  write(cell: Cell): void {
    const batches = this.batches(cell);
    for (const sample of cell.samples)
      this.sample(sample, sample.load === null ? null : (batches.get(sample.load) ?? null));
  }

  private count(key: string): number {
    const value = (this.counters.get(key) ?? 0) + 1;
    this.counters.set(key, value);
    return value;
  }

  private store(object: Stored): void {
    this.sink.insert(OBJECTS, {
      uid: object.uid,
      portal_type: object.type,
      id: object.id,
      title: object.title ?? object.id,
      review_state: object.state,
      created: limsStamp(object.created),
      modified: limsStamp(object.modified),
      client_reference: object.reference ?? null,
      client_sample_id: object.sampleId ?? null,
      request_uid: object.request ?? null,
      batch_uid: object.batch ?? null,
      path: object.path,
      body: JSON.stringify(object.body),
    });
  }

  private batches(cell: Cell): Map<string, { uid: string; id: string }> {
    const batches = new Map<string, { uid: string; id: string }>();
    for (const lot of cell.lots) {
      if (lot.load === null || batches.has(lot.load)) continue;
      const n = this.count('Batch');
      const batch = { uid: limsUid('Batch', n), id: `B-${String(n).padStart(4, '0')}` };
      batches.set(lot.load, batch);
      const open = lot.madeAt > this.end - 12 * DAY;
      this.store({
        type: 'Batch',
        ...batch,
        title: lot.load,
        state: open ? 'open' : 'closed',
        created: lot.madeAt - HOUR,
        modified: open ? lot.madeAt : Math.min(lot.madeAt + 12 * DAY, this.end - HOUR),
        path: `/senaite/batches/${batch.id}`,
        body: {
          BatchID: batch.id,
          ClientBatchID: `${lot.site}-${lot.load}`,
          Client: ref(this.client),
          Description: `EO 灭菌批 ${lot.load}`,
          BatchDate: limsStamp(lot.madeAt),
          Remarks: '',
        },
      });
    }
    return batches;
  }

  private sample(sample: Sample, batch: { uid: string; id: string } | null): void {
    const prefix = PREFIXES[sample.type] ?? 'SMP';
    const uid = limsUid('AnalysisRequest', this.count('AnalysisRequest'));
    const id = `${prefix}-${String(this.count(prefix)).padStart(5, '0')}`;
    const path = `${CLIENT_PATH}/${id}`;
    const uids = sample.analyses.map(() => limsUid('Analysis', this.count('Analysis')));
    sample.analyses.forEach((analysis, index) =>
      this.analysis(analysis, sample, { uid, id, path }, uids, index),
    );
    const done = sample.doneAt > sample.at;
    this.store({
      type: 'AnalysisRequest',
      uid,
      id,
      state: sample.state,
      created: sample.at,
      modified: sample.doneAt,
      path,
      reference: sample.clientReference,
      sampleId: sample.clientSampleId,
      ...(batch ? { batch: batch.uid } : {}),
      body: {
        Client: ref(this.client),
        ClientTitle: 'Quality Control',
        Batch: batch ? ref(batch.uid) : null,
        BatchTitle: batch ? sample.load : '',
        BatchID: batch?.id ?? '',
        ClientSampleID: sample.clientSampleId,
        ClientReference: sample.clientReference,
        ClientOrderNumber: sample.lot?.workOrder ?? '',
        SampleType: ref(this.types.get(sample.type) ?? ''),
        SampleTypeTitle: sample.type,
        DateSampled: limsStamp(sample.at),
        DateReceived: limsStamp(sample.at + HOUR),
        DateVerified: done ? limsStamp(sample.doneAt - 2 * HOUR) : null,
        DatePublished: sample.state === 'published' ? limsStamp(sample.doneAt) : null,
        Specification: `${sample.type} v3`,
        ResultsRange: sample.analyses.filter(({ retestOf }) => retestOf === undefined).map(rangeOf),
        Analyses: uids.map(ref),
        ParentAnalysisRequest: null,
        Invalidated: null,
        Retest: null,
        Remarks: sample.remark ?? '',
      },
    });
  }

  private analysis(
    analysis: Analysis,
    sample: Sample,
    parent: { uid: string; id: string; path: string },
    uids: readonly string[],
    index: number,
  ): void {
    const { keyword, title } = analysis;
    const retested = analysis.retestOf === undefined ? null : (uids[analysis.retestOf] ?? null);
    const captured = analysis.result === '' ? null : limsStamp(sample.doneAt - 4 * HOUR + index * 600_000);
    const id = retested === null ? keyword : `${keyword}-1`;
    this.store({
      type: 'Analysis',
      uid: uids[index] ?? '',
      id,
      title,
      state: analysis.state,
      created: sample.at,
      modified: sample.doneAt,
      path: `${parent.path}/${id}`,
      request: parent.uid,
      body: {
        Keyword: keyword,
        ServiceTitle: title,
        Result: analysis.result,
        Unit: analysis.unit,
        ResultOptions:
          analysis.unit === ''
            ? '[{"ResultValue":"1","ResultText":"合格"},{"ResultValue":"0","ResultText":"不合格"}]'
            : '[]',
        InterimFields: '[]',
        DetectionLimitOperand: '',
        Uncertainty: analysis.unit === '' ? '' : '0.02',
        ResultCaptureDate: captured,
        ResultsRange: rangeOf(analysis),
        RetestOf: retested === null ? null : ref(retested),
        getRetestOfUID: retested ?? '',
        getRequestID: parent.id,
        getRequestUID: parent.uid,
        Method: 'SOP-QC-012',
        Remarks: analysis.remark ?? '',
      },
    });
  }
}

export const rangeOf = ({
  keyword,
  min,
  max,
}: Pick<Analysis, 'keyword' | 'min' | 'max'>): Record<string, string> => ({
  ...{ keyword, min, max, warn_min: '', warn_max: '', min_operator: 'geq', max_operator: 'leq' },
});
