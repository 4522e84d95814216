/** What inspections can be looked for by; a field that is not given does not narrow. */
import { ID, InputType } from 'type-graphql';
import { TermField } from '../../../platform/graphql/term-field';
import { InspectionState } from './inspection.enums';

@InputType('InspectionFilter')
export class InspectionFilter {
  @TermField(() => ID, 'inspection.lot') lot?: string | null;
  @TermField(() => String, 'inspection.sterilizationLoad') sterilizationLoad?: string | null;
  @TermField(() => String, 'inspection.inspectionType') type?: string | null;
  @TermField(() => [InspectionState], 'inspection.state') states?: string[] | null;
}
