/** `lotgraph sign-off-policy publish`: proposes the policy as its file stands; two people sign for every one. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { askGraph, handOf } from '../sign-off/graph';
import type { PublishOptions } from './commands';

const FILE = path.join('schema', 'dictionary', 'sign-off', 'policy.yaml');

/** Resolves to the exit code: 0 when it was proposed. */
export async function publishSignOffPolicy(root: string, options: PublishOptions): Promise<number> {
  const query = `mutation ($policy: String!, $reason: String!) {
    it: publishSignOffPolicy(policy: $policy, reason: $reason) { signOff { id } refusals { code message } } }`;
  const variables = { policy: readFileSync(path.join(root, FILE), 'utf8'), reason: options.reason };
  const { it } = await askGraph<{
    it: {
      signOff: { id: string } | null;
      refusals: readonly { code: string; message: string }[];
    };
  }>(await handOf(root, options), query, variables);
  for (const { code, message } of it.refusals) console.error(`${code}: ${message}`);
  if (it.signOff === null) return 1;
  console.log(`Two people must sign: sign-off ${it.signOff.id} waits for them.`);
  return 0;
}
