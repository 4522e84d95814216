/** Asks a service for its metadata, and keeps it for a short while: it is large, and streams are read one by one. */
import type { Scalar } from '../mapping/document';
import type { Deadline } from '../resilience/deadline';
import type { HttpClient } from '../rest/http-client';
import { parseMetadata, type ODataModel } from './metadata';

const KEPT_MS = 60_000;

/** Where the sets of a service stand, below the connection. */
export const rootOf = (service: string | undefined): string => (service === undefined ? '' : `${service}/`);

export class MetadataReader {
  readonly #kept = new Map<string, { readonly model: ODataModel; readonly until: number }>();

  constructor(private readonly client: HttpClient) {}

  /** Throws LegacyUnavailableError, as nonsense when the document cannot be read. */
  async read(
    params: Readonly<Record<string, Scalar>> = {},
    deadline: Deadline,
    service?: string,
  ): Promise<ODataModel> {
    const query = Object.entries(params);
    const key = JSON.stringify([service ?? null, query]);
    const kept = this.#kept.get(key);
    if (kept !== undefined && performance.now() < kept.until) return kept.model;
    const request = {
      method: 'GET' as const,
      path: `${rootOf(service)}$metadata`,
      query,
      accept: 'application/xml',
    };
    const model = await this.client.askText(request, deadline, (text) => {
      try {
        return parseMetadata(text);
      } catch (error) {
        throw this.client.nonsense('its metadata cannot be read', error);
      }
    });
    this.#kept.set(key, { model, until: performance.now() + KEPT_MS });
    return model;
  }

  /** Asks for the service document, which is small. */
  async ping(deadline: Deadline, service?: string): Promise<void> {
    const path = rootOf(service);
    const request = { method: 'GET' as const, path, accept: 'application/json, application/xml' };
    await this.client.askText(request, deadline, () => undefined);
  }
}
