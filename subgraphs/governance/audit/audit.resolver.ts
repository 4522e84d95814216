/**
 * Reading the audit trail, by the reader's own permissions: the values of a field are shown, and looked for, only
 * where the reader may read that field's term. The trail is not cut by site or supplier, so who is limited to some of
 * them does not read it at all.
 */
import { Args, Ctx, ID, Int, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import { checkpointText } from '../../../controls/audit/checkpoint';
import { pendingAge } from '../../../controls/audit/pending-age';
import { buildProof, newestCheckpoint } from '../../../controls/audit/proof-builder';
import { loadEntries, searchEntries, seqOf } from '../../../controls/audit/search';
import { checkSignature } from '../../../controls/integrity/signature';
import { AccessDeniedError } from '../../../platform/errors';
import { cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { Json } from '../../../platform/graphql/scalars';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import {
  AuditCheckpointType,
  AuditEntryConnection,
  AuditEntryFilter,
  AuditEntryType,
  type MayRead,
} from './audit.types';

/** Permission to see the values of fields that have no term of their own: of accounts, grants, policies. */
const VALUES_WITHOUT_TERM = 'auditChange.otherValue';

@Resolver(() => AuditEntryType)
export class AuditResolver {
  @TermQuery(() => AuditEntryConnection, 'query.auditEntries')
  async auditEntries(
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() context: GovernanceContext,
    @TermArg('filter', () => AuditEntryFilter, 'page.filter', { nullable: true })
    filter?: AuditEntryFilter | null,
  ): Promise<Page<AuditEntryType>> {
    refuseLimited(context);
    checkPageSize(first);
    const mayRead = valuesOf(context);
    const { from, to, ...wanted } = filter ?? new AuditEntryFilter();
    refuseHiddenField(wanted.changedField, mayRead);
    const scope = cursorScope('auditEntries', filter ?? null);
    const before = after == null ? null : Number(decodeCursor(scope, after, ['key'])[0]);
    const found = await searchEntries(
      context.services.database.reader,
      { ...wanted, from: from?.getTime(), to: to?.getTime() },
      { limit: first + 1, before },
      mayRead,
    );
    return toPage(
      found,
      first,
      ({ seq }) => encodeCursor(scope, [seq]),
      (entry) => AuditEntryType.from(entry, mayRead),
    );
  }

  @TermQuery(() => AuditEntryType, 'query.auditEntry')
  async auditEntry(
    @TermArg('id', () => ID, 'auditEntry.id') id: string,
    @Ctx() context: GovernanceContext,
  ): Promise<AuditEntryType | null> {
    refuseLimited(context);
    const { reader } = context.services.database;
    const seq = await seqOf(reader, id);
    const [entry] = seq === null ? [] : await loadEntries(reader, [seq]);
    return entry === undefined ? null : AuditEntryType.from(entry, valuesOf(context));
  }

  @TermQuery(() => AuditCheckpointType, 'query.auditCheckpoint')
  async auditCheckpoint(@Ctx() context: GovernanceContext): Promise<AuditCheckpointType | null> {
    const { database, controls } = context.services;
    const checkpoint = await newestCheckpoint(database.reader);
    if (checkpoint === null) return null;
    const keys = await controls.signing.announced(database.reader, 'audit');
    const verdict = checkSignature(checkpointText(checkpoint), checkpoint.signature, keys);
    return AuditCheckpointType.from(checkpoint, verdict === 'VALID');
  }

  @TermFieldResolver(() => String, 'auditEntry.personName')
  async personName(
    @Root() entry: AuditEntryType,
    @Ctx() { services }: GovernanceContext,
  ): Promise<string | null> {
    if (entry.sealed === null) return null;
    const subject = entry.person ?? entry.account;
    const words = await services.controls.personal.open(services.database.reader, subject, entry.sealed);
    return words?.['name'] ?? null;
  }

  @TermFieldResolver(() => Json, 'auditEntry.proof')
  async proof(
    @Root() { seq, changes }: AuditEntryType,
    @Ctx() { services }: GovernanceContext,
  ): Promise<unknown> {
    // a proof holds the whole body: who may not see all of its values gets none
    if (changes.some(({ masked }) => masked)) return null;
    return await buildProof(services.database.reader, seq);
  }
}

@Resolver(() => AuditCheckpointType)
export class AuditCheckpointResolver {
  @TermFieldResolver(() => Int, 'auditCheckpoint.pendingSeconds')
  async pendingSeconds(@Ctx() { services, now }: GovernanceContext): Promise<number> {
    return Math.round(((await pendingAge(services.database.reader, now)) ?? 0) / 1000);
  }
}

/** Throws ACCESS_DENIED for a reader who is limited to sites or suppliers. */
export function refuseLimited({ caller }: GovernanceContext): void {
  if (caller.sites.length === 0 && caller.suppliers.length === 0) return;
  throw new AccessDeniedError('The audit trail is read whole; you are limited to some sites or suppliers.');
}

/** What the reader may see of changes: fields that are terms by their term, all others by one term for them. */
function valuesOf({ services, access }: GovernanceContext): MayRead {
  return (field) => {
    const term = services.dictionary.find(field) === undefined ? VALUES_WITHOUT_TERM : field;
    return access.term(term) === 'READ';
  };
}

/** A field that is named must be one that may be read: an empty answer would tell nothing, but look like one. */
function refuseHiddenField(changedField: string | null | undefined, mayRead: MayRead): void {
  if (changedField == null || mayRead(changedField)) return;
  throw new AccessDeniedError('You may not look for values of this field.', {
    coordinates: ['AuditEntryFilter.changedField'],
  });
}
