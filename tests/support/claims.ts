/** What groups and claims mean, as it is shipped. */
import path from 'node:path';
import { type ClaimsSource, compileClaims, readClaimsText } from '../../controls/identity/claims-mapping';

const mapping = compileClaims(readClaimsText(path.resolve(__dirname, '..', '..')));

export const shippedClaims: ClaimsSource = {
  current: () => Promise.resolve(mapping),
  within: () => Promise.resolve(mapping),
};
