/** `lotgraph audit check-proof`: checks a proof offline. Needs the file and a public key, no database, no network. */
import { readFileSync } from 'node:fs';
import { checkProof } from '../../controls/audit/proof';
import { readPublicKeys } from '../../controls/integrity/signature';

export function checkProofCommand(file: string, options: { publicKey: string }): number {
  const keys = readPublicKeys(readFileSync(options.publicKey, 'utf8'));
  const verdict = checkProof(readFileSync(file, 'utf8'), keys);
  if (!verdict.ok) {
    console.error(`REFUSED: ${verdict.problem}.`);
    return 1;
  }
  const { entry, seq, checkpoint } = verdict.proof;
  const signed = new Date(checkpoint.at).toISOString();
  console.log(`OK: entry ${entry.id} stands at seq ${seq} of log ${checkpoint.logId}, signed at ${signed}.`);
  console.log(JSON.stringify(JSON.parse(entry.body), null, 2));
  return 0;
}
