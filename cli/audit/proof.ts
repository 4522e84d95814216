/** `lotgraph audit proof`: writes a proof that an entry stands in the trail, to be checked offline. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { buildProof } from '../../controls/audit/proof-builder';
import { NotFoundError } from '../../platform/errors';
import { commandConfig } from '../command-config';
import { withTrail } from './open-trail';

export async function proofCommand(root: string, entry: string, options: { out?: string }): Promise<number> {
  const { databaseUrl } = commandConfig(root);
  const proof = await withTrail(databaseUrl, async ({ reader }) => {
    const [row] = await reader.query<{ seq: number }[]>(
      `SELECT seq FROM audit_log WHERE ${/^\d+$/.test(entry) ? 'seq' : 'entry_id'} = ?`,
      [entry],
    );
    if (row === undefined) throw new NotFoundError(`There is no entry ${entry} in the trail.`);
    return await buildProof(reader, row.seq);
  });
  if (proof === null) {
    console.error('No checkpoint covers this entry yet; try again in a few seconds.');
    return 1;
  }
  const text = `${JSON.stringify(proof, null, 2)}\n`;
  if (options.out === undefined) process.stdout.write(text);
  else writeFileSync(options.out, text);
  return 0;
}
