/** The codes that inspections use. */
import { enumOf } from '../../../platform/graphql/enums';
import { INSPECTION_STATES, RESULT_STATES, VERDICTS } from '../../../schema/records/record-types';

export const InspectionState = enumOf('InspectionState', INSPECTION_STATES);
export const InspectionResultState = enumOf('InspectionResultState', RESULT_STATES);
export const InspectionVerdict = enumOf('InspectionVerdict', VERDICTS);
export const InspectionTarget = enumOf('InspectionTarget', ['LOT', 'STERILIZATION_LOAD']);
