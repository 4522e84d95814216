/**
 * Findings: what a person should look at. A rule looks at a subject and says what it finds now; what it found
 * before and does not find any more is resolved. The same finding seen again is counted, not repeated.
 */
import type { EntityManager } from 'typeorm';
import { type BulkRow, bulkInsert, bulkReplace } from '../platform/database/bulk';
import { selectIn } from '../platform/database/select-in';
import { type FindingTurn, keepTurns } from './finding-work/turns';

export type Severity = 'INFO' | 'WARNING' | 'ERROR';
export type SubjectType = 'lot' | 'item' | 'party' | 'location' | 'site' | 'record' | 'stream';

/** Every rule that raises findings, with how much it matters. */
export const FINDING_RULES = {
  /** Two systems state different values of a regulated field. */
  VALUE_DIFFERS: 'WARNING',
  /** One system holds the lot, another does not, or for another reason. */
  STATUS_DIFFERS: 'WARNING',
  /** Records refer to it, but no system has a master row for it. */
  MASTER_MISSING: 'ERROR',
  /** The most believed system does not know a lot that another one knows. */
  MISSING_IN_SYSTEM: 'WARNING',
  /** A record names a lot that fits more than one. */
  AMBIGUOUS_LOT: 'ERROR',
  /** A cross-reference cannot hold beside what people decided, or beside another one. */
  CROSS_REFERENCE_CONFLICT: 'ERROR',
  /** A record names a lot that nobody knows. */
  UNKNOWN_LOT: 'ERROR',
  /** A sample names neither a lot nor a sterilisation load. */
  NO_LOT: 'WARNING',
  /** One lot number on two items. */
  SAME_NUMBER: 'INFO',
  /** A lot of an item with a shelf life has no expiry in any system. */
  NO_EXPIRY: 'WARNING',
  /** A lot expires before it was made. */
  EXPIRY_BEFORE_MANUFACTURE: 'ERROR',
  /** Two ledgers add up to different stock of a lot at a site. */
  STOCK_DIFFERS: 'WARNING',
  /** Movements add up to less than nothing. */
  NEGATIVE_STOCK: 'WARNING',
  /** A code that the mapping does not know was kept as UNKNOWN. */
  UNKNOWN_CODE: 'WARNING',
  /** A zero date was read as no date. */
  ZERO_DATE: 'INFO',
  /** A time on the wall that clocks skipped, or showed twice: which instant was meant is not certain. */
  CLOCK_CHANGE: 'INFO',
  /** A quantity was converted to the item's unit. */
  UNIT_CONVERTED: 'INFO',
  /** A quantity was converted by a factor beyond the limits that the mapping says can be true. */
  ABSURD_FACTOR: 'WARNING',
  /** A row that the copy keeps is gone from its source; its record does not count any more. */
  GONE_IN_SOURCE: 'WARNING',
  /** Two rows of one reading, not alike, came under one key: only the later one counts. */
  KEY_REPEATED: 'ERROR',
  /** Text was repaired (entities, full-width characters). */
  TEXT_REPAIRED: 'INFO',
  /** A source is not what its mapping expects: it is not read until it is again, or another mapping is published. */
  SOURCE_DRIFT: 'ERROR',
  /** Values of a field come out otherwise than they used to: many more are absent, unknown or rejected. */
  VALUES_DRIFT: 'WARNING',
  /** A share of the data is below what a quality standard asks. */
  QUALITY_BELOW: 'WARNING',
  /** A stream was not read to its end for longer than is expected. */
  FEED_LATE: 'WARNING',
  /** A stream is read, and brought no row for much longer than is usual. */
  FEED_SILENT: 'WARNING',
  /** Many more or far fewer rows came on a day than are usual on that day of the week. */
  VOLUME_UNUSUAL: 'WARNING',
  /** A lot is past its expiry, and no system holds it. */
  EXPIRED_UNBLOCKED: 'ERROR',
  /** A lot moved before the day on which it was made. */
  MOVED_BEFORE_MANUFACTURE: 'WARNING',
  /** A lot moved after its expiry. */
  MOVED_AFTER_EXPIRY: 'ERROR',
  /** One system passed a lot in its inspections, another failed it. */
  INSPECTIONS_DIFFER: 'ERROR',
  /** An inspection was accepted, and holds no result that counts. */
  ACCEPTED_WITHOUT_RESULTS: 'WARNING',
  /** Two terms, or two systems, are not to one another as a rule says. */
  TERMS_DISAGREE: 'WARNING',
} as const satisfies Record<string, Severity>;

export type FindingRule = keyof typeof FINDING_RULES;

/** Who answers for findings of rules that no file declares; ids of owners in `consistency.yaml`. */
const INTEGRATION = new Set<FindingRule>([
  ...(['UNKNOWN_CODE', 'ZERO_DATE', 'UNIT_CONVERTED', 'ABSURD_FACTOR', 'TEXT_REPAIRED'] as const),
  ...([
    'GONE_IN_SOURCE',
    'KEY_REPEATED',
    'SOURCE_DRIFT',
    'VALUES_DRIFT',
    'FEED_LATE',
    'FEED_SILENT',
  ] as const),
  ...(['VOLUME_UNUSUAL', 'CLOCK_CHANGE'] as const),
]);
const ownerOf = (rule: FindingRule): string => (INTEGRATION.has(rule) ? 'integration' : 'data-governance');

export interface ObservedFinding {
  readonly rule: FindingRule;
  readonly subjectType: SubjectType;
  readonly subjectPk: number;
  readonly field: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What a rule of a file says of its findings. */
  readonly declared?: DeclaredRule;
  /** The values with their sources and times, as JSON; not compared: times alone make no other finding. */
  readonly evidence?: readonly unknown[];
}

export interface DeclaredRule {
  readonly id: string;
  /** SHA-256 of the rules that it stands in. */
  readonly version: string;
  readonly severity: Severity;
  readonly owner: string;
}

interface StoredFinding {
  pk: number;
  dedupe_key: string;
  rule: string;
  severity: string;
  state: string;
  subject_type: string;
  subject_pk: number;
  field: string | null;
  facts: string;
  opened_at: number;
  last_seen_at: number;
  resolved_at: number | null;
  occurrences: number;
  rule_id: string | null;
  rule_version: string | null;
  owner: string | null;
  evidence: string | null;
}

const COLUMNS = [
  'pk',
  'dedupe_key',
  'rule',
  'severity',
  'state',
  'subject_type',
  'subject_pk',
  'field',
  'facts',
  'opened_at',
  'last_seen_at',
  'resolved_at',
  'occurrences',
  'rule_id',
  'rule_version',
  'owner',
  'evidence',
] as const;

const toRow = (finding: StoredFinding): BulkRow => COLUMNS.map((column) => finding[column]);

const dedupeKey = (finding: ObservedFinding): string =>
  `${finding.rule}:${finding.subjectType}:${finding.subjectPk}:${finding.field ?? ''}${
    finding.declared === undefined ? '' : `@${finding.declared.id}`
  }`;

/** What was looked at: findings of these rules about these subjects that are not observed now are resolved. */
export interface Scope {
  readonly rules: readonly FindingRule[];
  readonly subjectType: SubjectType;
  readonly subjectPks: readonly number[];
  /** Only findings of this declared rule were looked for; absent: of all, those that no file declares any more too. */
  readonly ruleId?: string;
}

/** Brings the stored findings of the scope in line with what is observed now. */
export async function reconcileFindings(
  manager: EntityManager,
  nextKey: () => number,
  now: number,
  scope: Scope,
  observed: readonly ObservedFinding[],
): Promise<void> {
  if (scope.subjectPks.length === 0) return;
  const known = await storedFindings(manager, scope);
  const fresh: StoredFinding[] = [];
  const changed: StoredFinding[] = [];
  const turns: FindingTurn[] = [];
  const seen = new Set<string>();
  for (const finding of observed) {
    const key = dedupeKey(finding);
    // it could never be resolved
    if (!scope.rules.includes(finding.rule)) throw new Error(`${finding.rule} is observed outside its scope`);
    if (seen.has(key)) continue;
    seen.add(key);
    const old = known.get(key);
    const stated = statedNow(finding);
    if (!old) fresh.push(newFinding(finding, key, nextKey(), now));
    else if (old.state !== 'OPEN' || old.facts !== stated.facts) {
      changed.push(seenAnew(old, stated, now));
      turns.push({
        pk: old.pk,
        to: 'OPEN',
        isReopened: old.state !== 'OPEN',
        sameFacts: old.facts === stated.facts,
      });
    } else if (old.severity !== stated.severity || old.owner !== stated.owner)
      changed.push({ ...old, ...stated });
  }
  for (const [key, old] of known) {
    if (old.state !== 'OPEN' || seen.has(key)) continue;
    changed.push({ ...old, state: 'RESOLVED', resolved_at: now });
    turns.push({ pk: old.pk, to: 'RESOLVED' });
  }
  await bulkInsert(manager, 'finding', COLUMNS, fresh.map(toRow));
  await bulkReplace(manager, 'finding', COLUMNS, changed.map(toRow));
  await keepTurns(manager, nextKey, now, turns);
}

async function storedFindings(manager: EntityManager, scope: Scope): Promise<Map<string, StoredFinding>> {
  const ruleList = scope.rules.map((rule) => `'${rule}'`).join(',');
  const stored = await selectIn<StoredFinding>(
    manager,
    `SELECT ${COLUMNS.join(',')} FROM finding WHERE subject_type = ? AND rule IN(${ruleList}) AND subject_pk IN (?)`,
    [...new Set(scope.subjectPks)],
    [scope.subjectType],
  );
  const { ruleId } = scope;
  const looked = ruleId === undefined ? stored : stored.filter((finding) => finding.rule_id === ruleId);
  return new Map(looked.map((finding) => [finding.dedupe_key, finding]));
}

/** What an observation says beside what makes it one finding. */
function statedNow({ rule, declared, facts, evidence }: ObservedFinding) {
  return {
    severity: declared?.severity ?? FINDING_RULES[rule],
    facts: JSON.stringify(facts),
    rule_id: declared?.id ?? null,
    rule_version: declared?.version ?? null,
    owner: declared?.owner ?? ownerOf(rule),
    evidence: evidence === undefined ? null : JSON.stringify(evidence),
  };
}

function newFinding(finding: ObservedFinding, key: string, pk: number, now: number): StoredFinding {
  return {
    pk,
    dedupe_key: key,
    rule: finding.rule,
    state: 'OPEN',
    subject_type: finding.subjectType,
    subject_pk: finding.subjectPk,
    field: finding.field,
    opened_at: now,
    last_seen_at: now,
    resolved_at: null,
    occurrences: 1,
    ...statedNow(finding),
  };
}

function seenAnew(old: StoredFinding, stated: ReturnType<typeof statedNow>, now: number): StoredFinding {
  const { occurrences } = old;
  return {
    ...{ ...old, ...stated, state: 'OPEN', last_seen_at: now, resolved_at: null },
    occurrences: occurrences + 1,
  };
}
