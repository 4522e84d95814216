/** `lotgraph access unused` and `access conflicts`: grants that somebody should take back. */
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

interface Conflict {
  readonly person: string;
  readonly roles: readonly string[];
}

/** Exit code 1 where anybody holds roles that the policy keeps apart, for a check that runs by itself. */
export async function conflictsCommand(root: string, options: AskOptions): Promise<number> {
  const { roleConflicts } = await askGateway<{ roleConflicts: readonly Conflict[] }>(
    root,
    options,
    'security-officer',
    { query: 'query Conflicts { roleConflicts { person roles } }', variables: {} },
  );
  for (const { person, roles } of roleConflicts) console.log(`${person}  ${roles.join(' and ')}`);
  if (roleConflicts.length > 0) return 1;
  console.log('Nobody holds roles that the policy keeps apart.');
  return 0;
}
