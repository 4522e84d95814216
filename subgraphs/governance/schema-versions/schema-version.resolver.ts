/**
 * Publishing the graph: what clients are promised changes only by a publication. One person may publish what breaks
 * nobody; two sign for what does, and what was promised until a day does not go before it.
 */
import { Args, Ctx, Directive, ID, ObjectType, Resolver } from 'type-graphql';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import { actorOf } from '../../../controls/audit/audit-entry';
import { type SchemaCheck, isBreaking } from '../../../controls/schema-versions/check-schema';
import { SCHEMA_RECORD } from '../../../controls/schema-versions/published-schemas';
import {
  type SchemaContent,
  schemaContentOf,
  versionOfSchema,
} from '../../../controls/schema-versions/schema-content';
import { SchemaVersionRow } from '../../../controls/schema-versions/schema-version.entity';
import { requireAct } from '../../../controls/sign-off/apply-sign-off';
import { RefusalType, SignOffType } from '../../../controls/sign-off/mutation-payload.type';
import { refusalIn } from '../../../controls/sign-off/refusal';
import type { ErrorCode } from '../../../platform/errors';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import {
  AccessRule,
  TermArg,
  TermField,
  TermMutation,
  TermQuery,
} from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import { SchemaCheckType, SchemaVersionConnection, SchemaVersionType } from './schema-version.types';

/** Changes that the signers are shown one by one; the rest is counted. */
const MOST_CHANGES = 200;

@AccessRule('schemaVersion')
@ObjectType('PublishSchemaPayload')
export class PublishSchemaPayload {
  @TermField(() => SchemaVersionType, 'mutation.object') schema!: SchemaVersionType | null;
  @TermField(() => SignOffType, 'mutation.signOff') signOff!: SignOffType | null;
  @TermField(() => [RefusalType], 'mutation.refusals', { nullable: false }) refusals!: readonly RefusalType[];
}

@Resolver(() => SchemaVersionType)
export class SchemaVersionResolver {
  @TermQuery(() => SchemaVersionConnection, 'query.schemaVersions')
  async schemaVersions(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: GovernanceContext,
  ): Promise<Page<SchemaVersionType>> {
    const first = checkPageSize(page.first);
    const scope = cursorScope('schemaVersions');
    const query = services.database.reader.createQueryBuilder(SchemaVersionRow, 'v');
    if (page.after != null)
      query.andWhere('v.seq < :after', { after: boundNumber(decodeCursor(scope, page.after, ['key'])[0]) });
    const rows = await query
      .orderBy('v.seq', 'DESC')
      .limit(first + 1)
      .getMany();
    return toPage(
      rows,
      first,
      (row) => encodeCursor(scope, [row.seq]),
      (row) => SchemaVersionType.from(row),
    );
  }

  @TermQuery(() => SchemaCheckType, 'query.schemaCheck')
  async schemaCheck(@Ctx() context: GovernanceContext): Promise<SchemaCheckType> {
    const { schemas } = context.services.controls;
    const content = await runningSchema(context);
    const base = await schemas.current();
    return SchemaCheckType.from(
      versionOfSchema(content),
      base?.version ?? null,
      await schemas.check(content),
    );
  }

  @TermMutation(() => PublishSchemaPayload, 'mutation.publishCompatibleSchema')
  @Directive('@access(rule: "mutation.schema")')
  async publishCompatibleSchema(
    @TermArg('version', () => ID, 'mutation.schema.version') version: string,
    @TermArg('reason', () => String, 'mutation.schema.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<PublishSchemaPayload> {
    const { schemas } = context.services.controls;
    const content = await runningSchema(context);
    const current = await schemas.current();
    const check = await schemas.check(content);
    const code = refusalOf(version, content, current?.version ?? null, check);
    if (code !== null) return await refused(context, code);
    if (isBreaking(check)) return await refused(context, 'SIGN_OFF_NEEDED');
    if (reason.trim() === '') return await refused(context, 'REASON_REQUIRED');
    const actor = actorOf(context.caller, context.requestId);
    await schemas.publish(actor, { content, reason, check }, current?.version ?? null);
    return await published(context);
  }

  @TermMutation(() => PublishSchemaPayload, 'mutation.publishSchema')
  @Directive('@dualSignOff(action: "schema.publish")')
  @Directive('@access(rule: "mutation.schema")')
  async publishSchema(
    @TermArg('version', () => ID, 'mutation.schema.version') version: string,
    @TermArg('reason', () => String, 'mutation.schema.reason') reason: string,
    @Ctx() context: GovernanceContext,
  ): Promise<PublishSchemaPayload> {
    const act = requireAct(context);
    const { schemas } = context.services.controls;
    const content = await runningSchema(context);
    const current = await schemas.current(act.manager);
    const check = await schemas.check(content, act.manager);
    act.relyOn(SCHEMA_RECORD.type, SCHEMA_RECORD.id, { version: current?.version ?? null });
    const code = refusalOf(version, content, current?.version ?? null, check);
    if (code !== null) {
      act.refuse(code);
      return payload(null);
    }
    act.change({ field: 'schema.version', before: current?.version ?? null, after: version });
    for (const change of changesToSign(check)) act.change(change);
    await act.writeRecord(
      await schemas.publishWithin(act.manager, { content, reason, check, by: act.proposer.account }),
    );
    return payload(null);
  }
}

async function runningSchema(context: GovernanceContext): Promise<SchemaContent> {
  return await schemaContentOf(await context.supergraph(), context.services.dictionary);
}

/** Why the content cannot be published by anybody; null when it can. */
function refusalOf(
  version: string,
  content: SchemaContent,
  current: string | null,
  check: SchemaCheck,
): ErrorCode | null {
  const running = versionOfSchema(content);
  if (running !== version) return 'NOT_FOUND';
  if (running === current) return 'NOTHING_TO_CHANGE';
  return check.tooEarly.length > 0 ? 'SCHEMA_REMOVED_TOO_EARLY' : null;
}

/** What breaks, and whose operations; the rest is counted. Depends on the graphs alone and on what is registered. */
function changesToSign({ changes, broken }: SchemaCheck): { field: string; before: null; after: string }[] {
  const breaking = changes.filter(({ level }) => level === 'BREAKING');
  const shown = breaking.slice(0, MOST_CHANGES).map(({ coordinate, message }) => ({
    ...{ field: coordinate ?? 'schema', before: null, after: message },
  }));
  const documents = broken
    .filter(({ consumer }) => consumer.registered)
    .slice(0, MOST_CHANGES)
    .map(({ consumer, problems }) => ({
      ...{ field: `${consumer.app ?? ''}/${consumer.name ?? ''}`, before: null, after: problems[0] ?? '' },
    }));
  const others = changes.length - shown.length;
  const rest = others === 0 ? [] : [{ field: 'schema.furtherChanges', before: null, after: String(others) }];
  return [...shown, ...documents, ...rest];
}

async function published(context: GovernanceContext): Promise<PublishSchemaPayload> {
  const [row] = await context.services.database.reader.find(SchemaVersionRow, {
    order: { seq: 'DESC' },
    take: 1,
  });
  return payload(row === undefined ? null : SchemaVersionType.from(row));
}

function payload(schema: SchemaVersionType | null): PublishSchemaPayload {
  return Object.assign(new PublishSchemaPayload(), { schema, signOff: null, refusals: [] });
}

async function refused(context: GovernanceContext, code: ErrorCode): Promise<PublishSchemaPayload> {
  await context.services.controls.auditWriter.write([
    {
      actor: actorOf(context.caller, context.requestId),
      act: {
        ...{ action: 'schema.publish', outcome: 'REFUSED', code },
        object: { type: SCHEMA_RECORD.type, id: SCHEMA_RECORD.id },
        policyVersion: context.policyVersion,
      },
    },
  ]);
  return Object.assign(payload(null), {
    refusals: [Object.assign(new RefusalType(), refusalIn(context.language, code))],
  });
}

export const SCHEMA_VERSION_TYPES = [SchemaVersionConnection, PublishSchemaPayload] as const;
