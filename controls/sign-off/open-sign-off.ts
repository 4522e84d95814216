/** Opens dual sign-off over the controls that it needs. */
import { PublishedPolicies } from './policy/published-policies';
import type { SignOffDeps } from './ports';
import { SignOffService } from './sign-off-service';

export type OpenSignOffOptions = Omit<SignOffDeps, 'policies'> & {
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly database: ConstructorParameters<typeof PublishedPolicies>[0]['database'] & SignOffDeps['database'];
};

export function openSignOff({ root, ...deps }: OpenSignOffOptions): SignOffService {
  const { database, clock, audit, records, algorithm } = deps;
  const policies = new PublishedPolicies({ root, database, clock, audit, records, algorithm });
  return new SignOffService({ ...deps, policies });
}
