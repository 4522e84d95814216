/** The same permissions in both topologies: answers, refusals and masks alike, byte for byte. */
import { Cleanup } from '../gateway/toy-gateway';
import { type AccessWorld, startAccessWorld } from './access-world';

jest.setTimeout(120_000);

const cleanup = new Cleanup();
let single: AccessWorld;
let split: AccessWorld;
beforeAll(async () => {
  single = await startAccessWorld(cleanup, { topology: 'single' });
  split = await startAccessWorld(cleanup, { topology: 'split' });
});
afterAll(() => cleanup.run());

const QUERIES = [
  '{ lots { nodes { lotNumber remarks item { code } inspections { inspector } } } }',
  '{ inspections { nodes { number inspector results { analyst } } } }',
  '{ findings { nodes { rule facts } } rejectedRows { nodes { code raw } } }',
  '{ lots { nodes { lotNumber usable serialCounts { state count } holds { kind reason } } } }',
  '{ explainAccess(query: "{ inspections { nodes { inspector } } }") { coordinate decision line pattern place } }',
  'mutation { releaseLot(lot: "lot_1", reason: "x") { refusals { code } } }',
];
const ROLES = ['analyst', 'warehouse-operator', 'auditor', 'service', 'security-officer'];

test.each(ROLES.flatMap((role) => QUERIES.map((query) => [role, query] as const)))(
  '%s gets the same answer in one process and split: %s',
  async (role, query) => {
    const [one, other] = await Promise.all([single.ask([role], query), split.ask([role], query)]);
    expect(other.text).toBe(one.text);
    expect(other.status).toBe(one.status);
  },
);
