/** Publishes a mapping of the demo ERP as the product itself would, and takes it up. */
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { DemoWorld } from '../support/demo-world';

/** Resolves to the number of the version. */
export async function publishErp(world: DemoWorld, text: string): Promise<number> {
  const { versions, published } = world.services;
  const expected = (await versions.numbers()).get('erp') ?? 0;
  const number = await versions.publish(
    SYSTEM_ACTOR,
    { system: 'erp', text, reason: 'a test', facts: {} },
    expected,
  );
  await published.refresh();
  return number;
}
