/** What a new policy asks less for than the old one did; shown to the signers of its publication. */
import { type ActionPolicy, type PolicyDocument, type SlotPolicy, actionOf } from './policy-document';

/** Each way in which `next` is weaker than `present`, in words; empty when it is at least as strict. */
export function weakeningsOf(present: PolicyDocument, next: PolicyDocument): string[] {
  return [
    ...added(present.readers, next.readers).map((role) => `readers: ${role} is new`),
    ...present.actions.flatMap((action) => {
      const successor = actionOf(next, action.id);
      return successor === undefined
        ? [`${action.id}: removed`]
        : actionWeakenings(action, successor).map((what) => `${action.id}: ${what}`);
    }),
  ];
}

function actionWeakenings(present: ActionPolicy, next: ActionPolicy): string[] {
  return [
    ...slotWeakenings('first', present.first, next.first),
    ...slotWeakenings('second', present.second, next.second),
    ...(next.proposerSigns && !present.proposerSigns ? ['the proposer may sign first'] : []),
    ...longer('proposalHours', present.proposalHours, next.proposalHours),
    ...longer('executionHours', present.executionHours, next.executionHours),
    ...breakGlassWeakenings(present, next),
  ];
}

function slotWeakenings(name: string, present: SlotPolicy, next: SlotPolicy): string[] {
  return added(present.roles, next.roles).map((role) => `${name}: ${role} may sign`);
}

function breakGlassWeakenings(present: ActionPolicy, next: ActionPolicy): string[] {
  if (next.breakGlass === undefined) return [];
  if (present.breakGlass === undefined) return ['breakGlass: allowed'];
  return [
    ...added(present.breakGlass.roles, next.breakGlass.roles).map((role) => `breakGlass: ${role} may`),
    ...added(present.breakGlass.reviewRoles, next.breakGlass.reviewRoles).map(
      (role) => `breakGlass: ${role} may review`,
    ),
    ...longer('reviewHours', present.breakGlass.reviewHours, next.breakGlass.reviewHours),
  ];
}

const added = (present: readonly string[], next: readonly string[]): string[] =>
  next.filter((role) => !present.includes(role));

const longer = (name: string, present: number, next: number): string[] =>
  next > present ? [`${name}: ${present} → ${next}`] : [];
