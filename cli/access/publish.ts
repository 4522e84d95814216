/** `lotgraph access publish`: hands the files in, shows what changes, and publishes or proposes it. */
import { readPolicyTexts } from '../../controls/access/compile-policy';
import { type AskOptions, askGateway } from './ask-gateway';

export interface PublishOptions extends AskOptions {
  readonly reason: string;
}

interface Staged {
  readonly version: string | null;
  readonly weakens: boolean | null;
  readonly changes: readonly {
    readonly kind: string;
    readonly role: string | null;
    readonly subject: string;
    readonly before: string;
    readonly after: string;
    readonly weakens: boolean;
  }[];
  readonly problems: readonly string[];
}

interface Published {
  readonly policy: { readonly version: string } | null;
  readonly signOff: { readonly id: string } | null;
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

const STAGE = `mutation Stage($roles: String!, $policy: String!) {
  stageAccessPolicy(roles: $roles, policy: $policy) {
    version weakens problems changes { kind role subject before after weakens }
  }
}`;
const TIGHTEN = `mutation Publish($version: ID!, $reason: String!) {
  result: tightenAccessPolicy(version: $version, reason: $reason) { policy { version } signOff { id } refusals { code message } }
}`;
const PROPOSE = `mutation Propose($version: ID!, $reason: String!) {
  result: publishAccessPolicy(version: $version, reason: $reason) { policy { version } signOff { id } refusals { code message } }
}`;

const DEFAULT_USER = 'security-officer';

/** Resolves to the exit code: 0 when it was published or proposed. */
export async function publishCommand(root: string, options: PublishOptions): Promise<number> {
  const { stageAccessPolicy: staged } = await askGateway<{ stageAccessPolicy: Staged }>(
    root,
    options,
    DEFAULT_USER,
    { query: STAGE, variables: readPolicyTexts(root) },
  );
  for (const problem of staged.problems) console.error(problem);
  if (staged.version === null) return 1;
  for (const { weakens, kind, role, subject, before, after } of staged.changes)
    console.log(`${weakens ? 'weaker ' : 'tighter'}  ${kind} ${role ?? ''} ${subject}: ${before} → ${after}`);
  if (staged.changes.length === 0) console.log('Nothing differs in what anybody may do.');
  const { result } = await askGateway<{ result: Published }>(root, options, DEFAULT_USER, {
    query: staged.weakens === true ? PROPOSE : TIGHTEN,
    variables: { version: staged.version, reason: options.reason },
  });
  for (const refusal of result.refusals) console.error(`${refusal.code}: ${refusal.message}`);
  if (result.refusals.length > 0) return 1;
  console.log(
    result.signOff === null
      ? `Published ${staged.version}.`
      : `Somebody gains by it, so two people must sign: sign-off ${result.signOff.id} waits for them.`,
  );
  return 0;
}
