/**
 * Every field, argument and input field of the graph × every role, through the gateway and at the subgraphs, against
 * the matrix that is committed. Made from the composed schema: a new field without a decision fails here.
 */
import { isObjectType } from 'graphql';
import { schemaOfSupergraph } from '../../controls/access/access-matrix';
import { AccessDeniedError } from '../../platform/errors';
import { Cleanup } from '../gateway/toy-gateway';
import { type AccessWorld, SUPERGRAPH, startAccessWorld } from './access-world';
import { type Probe, probesOf } from './graph-walk';
import { loadMatrix } from './matrix';

jest.setTimeout(300_000);

const matrix = loadMatrix();
const probes = probesOf(schemaOfSupergraph(SUPERGRAPH));
const cleanup = new Cleanup();
let world: AccessWorld;
beforeAll(async () => {
  world = await startAccessWorld(cleanup);
});
afterAll(() => cleanup.run());

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

test('reaches every coordinate that has a decision', () => {
  const reached = new Set(probes.flatMap(({ coordinates }) => coordinates));
  expect(matrix.coordinates.filter((coordinate) => !reached.has(coordinate))).toEqual([]);
});

function expected(probe: Probe, role: string): { denied: string[]; masked: string[] } {
  const of = (wanted: string): string[] =>
    sorted(probe.coordinates.filter((coordinate) => matrix.decision(coordinate, role) === wanted));
  return { denied: of('DENY'), masked: of('MASK') };
}

describe.each(matrix.roles)('the gateway, asked by %s', (role) => {
  test('refuses exactly what is denied, names it, and lists what is masked', async () => {
    const wrong: unknown[] = [];
    for (const probe of probes) {
      const { denied, masked } = expected(probe, role);
      const { status, json } = await world.ask([role], probe.query);
      const refusals = (json.errors ?? []).filter(({ extensions }) => extensions['code'] === 'ACCESS_DENIED');
      const named = refusals.flatMap(({ extensions }) => extensions['coordinates'] as string[]);
      const extensions = json.extensions as unknown as { masked?: string[] } | undefined;
      const fits =
        denied.length > 0
          ? status === 403 && JSON.stringify(named) === JSON.stringify(denied) && json.data === undefined
          : named.length === 0 && JSON.stringify(extensions?.masked ?? []) === JSON.stringify(masked);
      if (!fits) wrong.push({ query: probe.query, denied, masked, answer: json });
    }
    expect(wrong).toEqual([]);
  });

  test('at every subgraph a field is open, masked or closed as the policy says', async () => {
    const request = await world.request([role]);
    const wrong: string[] = [];
    for (const subgraph of world.subgraphs) {
      const schema = subgraph.schemaFor(request);
      for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
        if (/^_/.test(type.name)) continue;
        const base = subgraph.schema.getType(type.name);
        for (const field of Object.values(type.getFields())) {
          const coordinate = `${type.name}.${field.name}`;
          if (coordinate === 'Query._entities' || coordinate === 'Query._service') continue;
          const original = isObjectType(base) ? base.getFields()[field.name]?.resolve : undefined;
          const info = { parentType: type, fieldName: field.name };
          const decision = matrix.decision(coordinate, role);
          const open = field.resolve === original;
          if (decision === 'READ') {
            // with arguments that are closed to the role, a rule stands before the resolver
            const closed = field.args.some(
              (one) => matrix.decision(`${coordinate}(${one.name}:)`, role) !== 'READ',
            );
            if (!open && !closed && !hasInputs(field.args))
              wrong.push(`${subgraph.name} ${coordinate} is not open`);
            continue;
          }
          const value: unknown = await Promise.resolve(
            field.resolve?.({}, {}, request as never, info as never),
          ).catch((error: unknown) => error);
          const right = decision === 'MASK' ? value === null : value instanceof AccessDeniedError;
          if (open || !right) wrong.push(`${subgraph.name} ${coordinate} should be ${decision}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

const hasInputs = (args: readonly { type: unknown }[]): boolean =>
  args.some(({ type }) => /Filter|Order|Origin/.test(String(type)));
