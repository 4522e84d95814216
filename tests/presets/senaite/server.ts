/**
 * A simulated SENAITE: catalogues that must be named, lists that are poor unless they are asked to be complete, a default page
 * of 25, objects by their UID, and no other method than GET.
 */
import { ApiServer, type ApiAnswer, type ApiRequest } from '../../../connectors/rest/api-server';

export type Json = Readonly<Record<string, unknown>>;

export interface SenaiteObject {
  readonly uid: string;
  readonly portalType: 'AnalysisRequest' | 'Analysis' | 'Batch';
  /** What a catalogue knows of it. */
  readonly metadata: Json & { readonly id: string; readonly modified: string; readonly review_state: string };
  /** What only the object itself tells. */
  readonly fields: Json;
}

const CATALOGUES: Readonly<Record<string, string>> = {
  senaite_catalog_sample: 'AnalysisRequest',
  senaite_catalog_analysis: 'Analysis',
};

export class SenaiteServer {
  /** How many questions are answered by 429 before the next one is answered. */
  throttled = 0;
  readonly api: ApiServer;
  #root = '';

  constructor(
    readonly objects: SenaiteObject[],
    private readonly authorization: string,
  ) {
    this.api = new ApiServer((request) => this.#answer(request));
  }

  async start(): Promise<string> {
    this.#root = new URL('/senaite/@@API/senaite/v1', await this.api.start()).href;
    return this.#root;
  }

  #answer({ method, path, query, headers }: ApiRequest): ApiAnswer {
    if (headers.authorization !== this.authorization) return { status: 401, body: failure('Unauthorized') };
    if (method !== 'GET') return { status: 405, body: failure('this simulator is only read') };
    if (this.throttled > 0) {
      this.throttled -= 1;
      return { status: 429, headers: { 'retry-after': '0' }, body: {} };
    }
    const [resource = ''] = path.startsWith('/senaite/@@API/senaite/v1/') ? [path.slice(26)] : [];
    if (resource.toLowerCase() === 'search') return { body: this.#search(query) };
    const found = this.objects.find(({ uid }) => uid === resource);
    if (found === undefined) return { status: 404, body: failure(`No object found for UID ${resource}`) };
    return { body: this.#envelope([found], 1, 1, 0, true) };
  }

  #search(query: URLSearchParams): Json {
    const indexed = CATALOGUES[query.get('catalog') ?? ''];
    const wanted = query.get('portal_type')?.toLowerCase();
    // a catalogue that is not named holds none of these
    const found = this.objects.filter(
      ({ portalType }) => portalType === indexed && portalType.toLowerCase() === wanted,
    );
    if (query.get('sort_on') === 'modified')
      found.sort((a, b) => Date.parse(a.metadata.modified) - Date.parse(b.metadata.modified));
    if (query.get('sort_order') === 'descending') found.reverse();
    const limit = Number(query.get('limit') ?? 25);
    const start = Number(query.get('b_start') ?? 0);
    const page = found.slice(start, start + limit);
    return this.#envelope(page, found.length, limit, start, query.get('complete') === 'yes');
  }

  #envelope(
    page: readonly SenaiteObject[],
    count: number,
    limit: number,
    start: number,
    isComplete: boolean,
  ): Json {
    return {
      count,
      pagesize: limit,
      items: page.map(({ uid, portalType, metadata, fields }) => ({
        ...{ uid, portal_type: portalType, api_url: `${this.#root}/${portalType.toLowerCase()}/${uid}` },
        ...metadata,
        ...(isComplete ? fields : {}),
      })),
      ...{ page: Math.floor(start / limit) + 1, pages: Math.ceil(count / limit) },
      ...{ next: start + limit < count ? 'x' : null, previous: null, _runtime: 0.01 },
    };
  }
}

const failure = (message: string): Json => ({ _runtime: 0.001, success: false, message });
