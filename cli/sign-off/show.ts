/** Sign-offs in the words of the terminal. */

export interface ShownSignature {
  readonly printed: string;
  readonly genuine: boolean;
}

export interface ShownCommand {
  readonly system: string;
  readonly kind: string;
  readonly state: string;
  readonly refusalReason: string | null;
}

export interface ShownProposal {
  readonly id: string;
  readonly status: string;
  readonly actionName: string;
  readonly proposedBy: string;
  readonly reason: string | null;
  readonly expiresAt: string;
  readonly values: readonly { readonly name: string; readonly value: string | null }[];
  readonly changes: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly hidden: boolean;
  }[];
  readonly commands: readonly string[];
  readonly sentCommands: readonly ShownCommand[] | null;
  readonly differences:
    | readonly {
        readonly object: string;
        readonly name: string;
        readonly frozen: string | null;
        readonly present: string | null;
      }[]
    | null;
  readonly signatures: readonly ShownSignature[];
  readonly mine: ShownOffer | null;
  readonly emergency: ShownOffer | null;
}

export interface ShownOffer {
  readonly slot: number;
  readonly meaning: string;
  readonly signingHash: string;
  readonly mutation: string;
}

/** What a command asks of a proposal. */
export const PROPOSAL_FIELDS = `id status actionName proposedBy reason expiresAt
  values { name value } changes { name before after hidden } commands sentCommands { system kind state refusalReason } differences { object name frozen present }
  signatures { printed genuine }
  mine { slot meaning signingHash mutation } emergency { slot meaning signingHash mutation }`;

/** Lines that a person reads before signing. */
export function wordsOf(proposal: ShownProposal): string[] {
  const { signatures, mine, differences } = proposal;
  return [
    `${proposal.id}  ${proposal.actionName}  ${proposal.status}  until ${proposal.expiresAt}`,
    `  proposed by ${proposal.proposedBy}: ${proposal.reason ?? '-'}`,
    ...proposal.values.map(({ name, value }) => `  ${name}: ${value ?? '(hidden)'}`),
    ...proposal.changes.map(({ name, before, after, hidden }) =>
      hidden ? `  ${name}: (hidden)` : `  ${name}: ${before ?? '-'} → ${after ?? '-'}`,
    ),
    ...proposal.commands.map((command) => `  then ${command}`),
    ...(proposal.sentCommands ?? []).map(commandLine),
    ...(differences ?? []).map(
      ({ object, name, frozen, present }) =>
        `  CHANGED SINCE: ${name} of ${object}: ${frozen ?? '-'} → ${present ?? '-'}`,
    ),
    ...signatures.map(({ printed, genuine }) => `  signed: ${printed}${genuine ? '' : '  NOT GENUINE'}`),
    ...(mine === null ? [] : [`  yours to sign (${mine.slot}): “${mine.meaning}”`]),
  ];
}

/** What a system was asked and what became of it; why, where it was refused. */
function commandLine({ system, kind, state, refusalReason }: ShownCommand): string {
  return `  ${system}: ${kind} ${state}${refusalReason === null ? '' : `: ${refusalReason}`}`;
}
