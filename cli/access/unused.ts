/** `lotgraph access unused`: grants that nobody uses and that somebody should take back. */
import { type AskOptions, askGateway } from './ask-gateway';

export interface UnusedOptions extends AskOptions {
  readonly days: string;
}

interface Grant {
  readonly id: string;
  readonly person: string;
  readonly role: string;
  readonly lastUsedAt: string | null;
}

const QUERY = 'query Unused($days: Int!) { unusedGrants(days: $days) { id person role lastUsedAt } }';

export async function unusedCommand(root: string, options: UnusedOptions): Promise<number> {
  const { unusedGrants } = await askGateway<{ unusedGrants: readonly Grant[] }>(
    root,
    options,
    'security-officer',
    {
      query: QUERY,
      variables: { days: Number(options.days) },
    },
  );
  for (const { id, person, role, lastUsedAt } of unusedGrants)
    console.log(`${id}  ${role}  ${person}  ${lastUsedAt ?? 'never used'}`);
  if (unusedGrants.length === 0) console.log(`Every grant was used within ${options.days} days.`);
  return 0;
}
