/**
 * GS1 Application Identifiers: what a device label can hold, as data. Only prefixes of a predefined length need no
 * separator after them; the length of the value alone does not decide it (7003 is fixed and needs one).
 */

/** `N` digits, `X` characters of GS1 character set 82. */
type Charset = 'N' | 'X';

export interface ApplicationIdentifier {
  readonly ai: string;
  readonly title: string;
  readonly charset: Charset;
  readonly min: number;
  readonly max: number;
  readonly checkDigit?: true;
  /** `DAY_MAY_BE_ZERO`: YYMMDD where DD may be 00. `MINUTE`: YYMMDDhhmm, a full date. */
  readonly date?: 'DAY_MAY_BE_ZERO' | 'MINUTE';
  /** Of each group at least one AI must stand beside this one. */
  readonly requires: readonly (readonly string[])[];
}

const GTIN_KEYS = ['01', '02', '03', '8006', '8026'];
const SERIAL_KEYS = ['01', '03', '8006'];

type Extras = Pick<ApplicationIdentifier, 'checkDigit' | 'date'>;

function ai(
  code: string,
  title: string,
  format: string,
  requires: readonly (readonly string[])[] = [],
  extras: Extras = {},
): ApplicationIdentifier {
  const [, charset, min, max] = /^([NX])(\d+)(?:\.\.(\d+))?$/.exec(format) ?? [];
  return {
    ai: code,
    title,
    charset: charset as Charset,
    min: Number(min),
    max: Number(max ?? min),
    requires,
    ...extras,
  };
}

const CHECKED: Extras = { checkDigit: true };
const DATE: Extras = { date: 'DAY_MAY_BE_ZERO' };

const DEFINITIONS: readonly ApplicationIdentifier[] = [
  ai('00', 'SSCC', 'N18', [], CHECKED),
  ai('01', 'GTIN', 'N14', [], CHECKED),
  ai('02', 'contained GTIN', 'N14', [['37']], CHECKED),
  ai('03', 'made-to-order GTIN', 'N14', [], CHECKED),
  ai('10', 'batch or lot', 'X1..20', [GTIN_KEYS]),
  ai('11', 'production date', 'N6', [GTIN_KEYS], DATE),
  ai('12', 'due date', 'N6', [], DATE),
  ai('13', 'packaging date', 'N6', [GTIN_KEYS], DATE),
  ai('15', 'best-before date', 'N6', [GTIN_KEYS], DATE),
  ai('16', 'sell-by date', 'N6', [GTIN_KEYS], DATE),
  ai('17', 'expiry date', 'N6', [[...GTIN_KEYS, '255']], DATE),
  ai('20', 'variant', 'N2', [GTIN_KEYS]),
  ai('21', 'serial', 'X1..20', [SERIAL_KEYS]),
  ai('22', 'consumer product variant', 'X1..20', [['01']]),
  ai('235', 'third-party serial', 'X1..28', [['01']]),
  ai('240', 'additional product identification', 'X1..30', [GTIN_KEYS]),
  ai('241', 'customer part number', 'X1..30', [GTIN_KEYS]),
  ai('250', 'secondary serial', 'X1..30', [['01'], ['21']]),
  ai('255', 'coupon', 'N13..25'),
  ai('30', 'variable count', 'N1..8', [['01', '02']]),
  ai('37', 'count of contained items', 'N1..8', [['00'], ['02', '8026']]),
  ai('414', 'GLN', 'N13', [], CHECKED),
  ...['710', '711', '712', '713', '714', '715', '716', '717'].map((code) =>
    ai(code, 'national healthcare number', 'X1..20', [['01']]),
  ),
  ai('7003', 'expiry date and time', 'N10', [['01', '02', '03']], { date: 'MINUTE' }),
  ai('8006', 'piece of a trade item', 'N18'),
  ai('8012', 'software version', 'X1..20', [SERIAL_KEYS]),
  ai('8013', 'global model number', 'X1..25'),
  ai('8014', 'Master UDI-DI', 'X1..25', [['01']]),
  ai('8026', 'piece of a trade item, contained', 'N18', [['37']]),
  ...Array.from({ length: 10 }, (_, index) =>
    ai(`9${index}`, 'company internal', index === 0 ? 'X1..30' : 'X1..90'),
  ),
];

const BY_CODE: ReadonlyMap<string, ApplicationIdentifier> = new Map(DEFINITIONS.map((one) => [one.ai, one]));

/** Prefixes whose elements have a predefined length, so that no separator follows. */
const NO_SEPARATOR = /^(0[0-4]|1[1-9]|20|3[1-6]|41)/;

/** Pairs that must not stand on one label. */
export const ILLEGAL_PAIRS: readonly (readonly [string, string])[] = [
  ['01', '02'],
  ['01', '03'],
  ['01', '37'],
  ['01', '255'],
  ['21', '235'],
];

export function findApplicationIdentifier(code: string): ApplicationIdentifier | undefined {
  return BY_CODE.get(code);
}

/** The AI that data starts with at `index`; codes are two to four digits and none is a prefix of another. */
export function applicationIdentifierAt(data: string, index: number): ApplicationIdentifier | undefined {
  for (const length of [2, 3, 4]) {
    const found = BY_CODE.get(data.slice(index, index + length));
    if (found) return found;
  }
  return undefined;
}

/** True when a separator must follow the element unless it is the last. */
export function needsSeparator(code: string): boolean {
  return !NO_SEPARATOR.test(code);
}
