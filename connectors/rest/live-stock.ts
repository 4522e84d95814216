/** Stock as the source states it now: all lots of one question in one call, as far as the source allows. */
import type { LiveReader, LiveStock, NativeLot, RawValue } from '../contract';
import { valueAt } from '../mapping/columns';
import type { CompiledLive } from '../mapping/compile-live';
import type { Deadline } from '../resilience/deadline';
import { Failure } from '../transforms/transform';
import type { HttpClient, JsonRequest } from './http-client';

const MAX_LOTS = 200;

export function liveStock(
  client: HttpClient,
  live: CompiledLive,
  deadlineFor: (signal: AbortSignal) => Deadline,
): LiveReader {
  const { spec } = live;
  return {
    lotStream: spec.lotStream,
    stock: async (lots, signal) => {
      const keys = keysByName(lots, live, client);
      const names = [...keys.keys()];
      const deadline = deadlineFor(signal);
      const step = spec.request.maxLots ?? MAX_LOTS;
      const found: LiveStock[] = [];
      for (let start = 0; start < names.length; start += step) {
        const request = requestFor(live, names.slice(start, start + step));
        found.push(...(await client.ask(request, deadline, (answer) => readAnswer(client, live, answer))));
      }
      // the answer names a lot as it was asked for; what was not asked for is none of our business
      return found.flatMap((row) => (keys.get(row.lot) ?? []).map((lot) => ({ ...row, lot })));
    },
  };
}

/** Keys of the lots that go by one name in the question. */
function keysByName(
  lots: readonly NativeLot[],
  live: CompiledLive,
  client: HttpClient,
): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const { key, raw } of lots) {
    const name = live.lotOf(raw);
    if (name === null) throw client.nonsense(`nothing in the row of lot ${key} names it to the source`);
    keys.set(name, [...(keys.get(name) ?? []), key]);
  }
  return keys;
}

function requestFor({ spec }: CompiledLive, names: readonly string[]): JsonRequest {
  const { method, path, lots, params = {} } = spec.request;
  if (method === 'POST') return { method, path, body: { ...params, [lots]: [...names] } };
  return { method, path, query: [...Object.entries(params), ...names.map((name) => [lots, name] as const)] };
}

function readAnswer(client: HttpClient, live: CompiledLive, answer: RawValue): LiveStock[] {
  const items = valueAt(answer, live.spec.items);
  if (!Array.isArray(items)) throw client.nonsense(`the answer holds no list at "${live.spec.items}"`);
  return items.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw client.nonsense('a row is no object');
    const row = live.read(item);
    if (!(row instanceof Failure)) return row;
    throw client.nonsense(`a row of the answer cannot be read: ${row.message}`);
  });
}
