/** The legacy systems' own doors, as their users have them. */
import type { DemoSystem } from '../demo-systems';

const CREDENTIALS: Readonly<Record<DemoSystem, string>> = {
  erp: 'token demo:erp-secret',
  wms: '',
  lims: `Basic ${Buffer.from('integration:lims-secret').toString('base64')}`,
};

export type Json = Readonly<Record<string, unknown>>;

export class LegacyDoors {
  #wmsSession = '';

  constructor(private readonly urls: Readonly<Partial<Record<DemoSystem, string>>>) {}

  /** Does what people in a system do, now. */
  async act(system: DemoSystem, body: Json): Promise<Json> {
    return await this.call(system, 'POST', '/__activity', { ...body, now: new Date().toISOString() });
  }

  /** Calls a system's API. Rejects unless it says that all went well. */
  async call(system: DemoSystem, method: string, path: string, body?: Json): Promise<Json> {
    if (system === 'wms' && this.#wmsSession === '') await this.#signIn();
    const response = await fetch(`${this.urls[system] ?? ''}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(system === 'wms' ? { cookie: this.#wmsSession } : { authorization: CREDENTIALS[system] }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${system} ${method} ${path}: ${response.status} ${text.slice(0, 200)}`);
    return JSON.parse(text) as Json;
  }

  async #signIn(): Promise<void> {
    const response = await fetch(`${this.urls.wms ?? ''}/openboxes/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'integration', password: 'wms-secret' }),
    });
    this.#wmsSession = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }
}
