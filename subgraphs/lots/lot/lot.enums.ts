/** The codes that lots use. */
import { enumOf } from '../../../platform/graphql/enums';
import { HOLD_KINDS } from '../../../schema/records/record-types';

export const ExpiryPrecision = enumOf('ExpiryPrecision', ['DAY', 'MONTH']);
export const HoldKind = enumOf('HoldKind', HOLD_KINDS);
export const SortDirection = enumOf('SortDirection', ['ASC', 'DESC']);
