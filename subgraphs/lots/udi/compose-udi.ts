/** Writes elements in the forms that GS1 gives a UDI; the reverse of reading them. */
import { needsSeparator } from './application-identifiers';
import { SEPARATOR, type UdiElement } from './element';

type Part = Pick<UdiElement, 'ai' | 'value'>;

const PATH_ORDER = ['01', '22', '10', '21', '235'];

/** As a scanner transmits it, without an AIM identifier. */
export function composeElementString(parts: readonly Part[]): string {
  return parts
    .map(({ ai, value }, at) => {
      const last = at === parts.length - 1;
      return `${ai}${value}${needsSeparator(ai) && !last ? SEPARATOR : ''}`;
    })
    .join('');
}

/** As it is printed under the symbol. */
export function composeBracketed(parts: readonly Part[]): string {
  return parts.map(({ ai, value }) => `(${ai})${value.replaceAll('(', '\\(')}`).join('');
}

/** As a GS1 Digital Link. */
export function composeDigitalLink(parts: readonly Part[], domain = 'https://id.gs1.org'): string {
  const path = PATH_ORDER.flatMap((ai) => parts.filter((part) => part.ai === ai));
  const query = parts.filter((part) => !PATH_ORDER.includes(part.ai));
  const attributes = query.map(({ ai, value }) => `${ai}=${encodeURIComponent(value)}`).join('&');
  return `${domain}/${path.map(({ ai, value }) => `${ai}/${encodeURIComponent(value)}`).join('/')}${
    attributes === '' ? '' : `?${attributes}`
  }`;
}
