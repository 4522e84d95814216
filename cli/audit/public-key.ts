/** `lotgraph audit public-key` and `retire-key`. */
import 'reflect-metadata';
import { SIGNING_PURPOSES, SigningKeys, retireKey } from '../../controls/integrity/signing-keys';
import { InvalidInputError } from '../../platform/errors';
import { commandConfig } from '../command-config';
import { keptKeys } from './kept-keys';

export function publicKeyCommand(root: string): void {
  const config = commandConfig(root);
  // a key behind a reference is listed as well once it was used
  new SigningKeys(config).for('audit');
  console.log(keptKeys(config)?.trim() ?? '');
}

export function retireKeyCommand(root: string, name: string): void {
  const purpose = SIGNING_PURPOSES.find((one) => one === name);
  if (purpose === undefined)
    throw new InvalidInputError(`purpose must be one of ${SIGNING_PURPOSES.join(', ')}`);
  const keyId = retireKey(commandConfig(root), purpose);
  console.log(`Key ${keyId} is retired; what it signed still verifies. Restart to make a new one.`);
}
