/** A frozen payload in words: values and changes by the names of their terms, as far as the reader may see them. */
import type { PresentDifference } from '../../../controls/sign-off/present-state';
import { shownKind } from '../../../controls/outbox/command.type';
import { type FrozenPayload, thaw } from '../../../controls/sign-off/payload';
import type { SignOffProposalRow } from '../../../controls/sign-off/sign-off.entity';
import type { GovernanceContext } from '../context';
import { named, namesOfIds } from './named-ids';
import type { ProposalDifferenceType, ProposedChangeType, ProposedValueType } from './sign-off-proposal.type';

type Words = Pick<GovernanceContext, 'access' | 'language' | 'services'>;

/** The arguments, each by the name of its term `mutation.<name>.<argument>`. */
export async function valuesOf(context: Words, row: SignOffProposalRow): Promise<ProposedValueType[]> {
  const { arguments: given, coordinate } = thaw(row.payload);
  const names = await namesOfIds(context, given);
  const mutation = `mutation.${coordinate.slice(coordinate.indexOf('.') + 1)}`;
  return Object.entries(given).map(([name, value]) => {
    const term = `${mutation}.${name}`;
    return {
      name: nameOf(context, term, name),
      value: isShown(context, term) ? textOf(named(value, names)) : null,
    };
  });
}

/** The changes; values of terms that the reader may not read stay hidden. */
export function changesOf(context: Words, row: SignOffProposalRow): ProposedChangeType[] {
  return thaw(row.payload).changes.map(({ field, before, after }) => {
    const shown = isShown(context, field);
    return {
      ...{ field, name: nameOf(context, field, field), hidden: !shown },
      before: shown ? textOf(before) : null,
      after: shown ? textOf(after) : null,
    };
  });
}

/** What has changed since; a fact is shown only to whoever may read the term `<type>.<fact>`. */
export function differencesOf(context: Words, found: readonly PresentDifference[]): ProposalDifferenceType[] {
  return found.map(({ type, id, name, frozen, present }) => {
    const term = `${type}.${name}`;
    const shown = context.access.term(term) === 'READ';
    return {
      ...{ object: `${type} ${id}`, name: nameOf(context, term, name) },
      frozen: shown ? textOf(frozen) : null,
      present: shown ? textOf(present) : null,
    };
  });
}

/** The commands that would follow, by system and in words; what they carry are the changes above. */
export function commandsOf({ services, language }: Words, row: SignOffProposalRow): string[] {
  const kinds = services.dictionary.find('command.kind')?.values ?? [];
  return thaw(row.payload).commands.map(({ system, kind }) => {
    const word = kinds.find(({ code }) => code === shownKind(kind))?.name[language] ?? kind;
    return `${system}: ${word}`;
  });
}

function nameOf({ services, language }: Words, term: string, otherwise: string): string {
  return services.dictionary.find(term)?.name[language] ?? otherwise;
}

/** What has no term has no classification: who may see the proposal may see it. */
function isShown({ access, services }: Words, term: string): boolean {
  return services.dictionary.find(term) === undefined || access.term(term) === 'READ';
}

function textOf(value: FrozenPayload['changes'][number]['before']): string | null {
  if (value === null || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  // an object that was given, such as a part of a lot: its values in the order of their names
  if (typeof value === 'object') return Object.values(value).map(textOf).join(': ');
  return JSON.stringify(value);
}
