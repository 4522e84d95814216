/** What a verification can find, one code for each kind of harm. */

export const FINDING_CODES = {
  ENTRY_ALTERED: 'the entry is not the one that was given this place',
  ENTRY_MISSING: 'a place in the sequence has no entry',
  ENTRY_UNSEQUENCED: 'an entry has no place in the sequence and waits for none',
  ENTRY_FORGED: 'the product did not write this entry',
  ENTRY_DELETED: 'an entry that waits for its place is gone',
  SEQUENCE_GAP: 'places are missing from the sequence',
  CHAIN_BROKEN: 'the hash chain does not lead to this place',
  HEAD_ALTERED: 'the head does not say where the log ends',
  INDEX_DIFFERS: 'the search index does not say what the entries say',
  CHECKPOINT_MISMATCH: 'the log is not what this checkpoint says it was',
  CHECKPOINT_SIGNATURE: 'the signature of a checkpoint is not valid',
  CHECKPOINT_UNKNOWN_KEY: 'a checkpoint is signed with a key that was not given',
  ENTRY_MISDATED: 'an entry says an instant that the checkpoints around it contradict',
  CHECKPOINT_UNWITNESSED: 'a checkpoint of the table never came to the sink',
  CHECKPOINT_MISSING: 'a checkpoint that a witness holds is gone from the table',
  WITNESS_DAMAGED: 'a line of the witness is no checkpoint',
  FORKED: 'the log was rewritten since a witness saw it',
  TRUNCATED:
    'the log ends before a state that was signed: its tail was cut off, or an older backup put in its place',
  OTHER_LOG: 'the witness saw another log',
  RECORD_ALTERED: 'a regulated record is not what its entry sealed',
  RECORD_DELETED: 'a regulated record that an entry sealed is gone',
  RECORD_INSERTED: 'no entry sealed this regulated record',
  KEY_INSERTED: 'nothing outside of the table vouches for this public key',
  IDENTITY_INSERTED: 'the product did not write this account, person, factor, grant or recovery',
  IDENTITY_ALTERED: 'an account, person, factor, grant or recovery is not as the product left it',
  IDENTITY_DELETED: 'an account, person, factor, grant or recovery is gone',
  SIGN_OFF_INSERTED: 'no record says that this sign-off, signature or delegation was made',
  SIGN_OFF_ALTERED: 'a sign-off, signature or delegation is not what was recorded',
  SIGN_OFF_DELETED: 'a sign-off, signature or delegation is gone',
  COMMAND_INSERTED: 'no act asked for this command to a system',
  COMMAND_ALTERED: 'a command to a system is not what was asked for, or not where the trail left it',
  COMMAND_DELETED: 'a command that an act asked for is gone',
  GRANT_INSERTED: 'no entry gave this role to this person',
  GRANT_ALTERED: 'a role is not what its entry gave, or was taken back',
  VERSION_ALTERED: 'a version of a source record is not what was read',
  VERSION_SET_DIFFERS: 'the versions of a sync batch are not those that its entry sealed',
  VERSION_UNSEALED: 'versions of source records belong to no batch in the trail',
  VERSION_NOT_CURRENT: 'a source record does not stand at its newest version',
  GOLDEN_ALTERED: 'a golden value is not what its sources say',
  GOLDEN_DELETED: 'a golden row is gone',
  GOLDEN_INSERTED: 'a golden row comes from no source record',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;

export interface IntegrityFinding {
  readonly code: FindingCode;
  /** Table, sequence or key: where to look. */
  readonly place: string;
  readonly message: string;
}

/** More findings of one kind than this are counted, not listed. */
const MOST_OF_A_KIND = 100;

/** Collects findings; a log that was rewritten from its first entry must not fill the memory. */
export class Findings {
  readonly #list: IntegrityFinding[] = [];
  readonly #counts = new Map<FindingCode, number>();

  add(code: FindingCode, place: string, detail?: string): void {
    if (this.#list.some((one) => one.code === code && one.place === place)) return;
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > MOST_OF_A_KIND) return;
    const message = detail === undefined ? FINDING_CODES[code] : `${FINDING_CODES[code]} (${detail})`;
    this.#list.push({ code, place, message });
  }

  get list(): readonly IntegrityFinding[] {
    return this.#list;
  }

  /** How many were found of each kind, also those that are not listed. */
  get counts(): ReadonlyMap<FindingCode, number> {
    return this.#counts;
  }
}
