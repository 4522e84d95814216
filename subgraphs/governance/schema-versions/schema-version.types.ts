/** Published graphs, and what publishing the one that runs would change. */
import { ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import type { SchemaCheck } from '../../../controls/schema-versions/check-schema';
import type { SchemaVersionRow } from '../../../controls/schema-versions/schema-version.entity';
import type { SchemaContent } from '../../../controls/schema-versions/schema-content';
import type { Consumer } from '../../../controls/usage/usage-store';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant, LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

export const SchemaChangeLevel = enumOf('SchemaChangeLevel', ['BREAKING', 'DANGEROUS', 'SAFE']);

@AccessRule('schemaVersion')
@ObjectType('SchemaVersion')
export class SchemaVersionType {
  @TermField(() => Int, 'schemaVersion.number', { nullable: false }) number!: number;
  @TermField(() => ID, 'schemaVersion.version', { nullable: false }) version!: string;
  @TermField(() => String, 'schemaVersion.reason') reason!: string;
  @TermField(() => Instant, 'schemaVersion.publishedAt') publishedAt!: Date;
  @TermField(() => String, 'schemaVersion.publishedBy') publishedBy!: string;
  @TermField(() => Int, 'schemaVersion.breaking') breaking!: number;
  @TermField(() => Int, 'schemaVersion.dangerous') dangerous!: number;
  @TermField(() => Int, 'schemaVersion.safe') safe!: number;
  @TermField(() => String, 'schemaVersion.sdl') sdl!: string;

  static from(row: SchemaVersionRow): SchemaVersionType {
    const { seq, version, reason, publishedBy, breaking, dangerous, safe, content } = row;
    return Object.assign(new SchemaVersionType(), {
      ...{ number: seq, version, reason, publishedBy, breaking, dangerous, safe },
      publishedAt: new Date(row.publishedAt),
      sdl: (JSON.parse(content) as SchemaContent).sdl,
    });
  }
}

export const SchemaVersionConnection = connectionOf('SchemaVersionConnection', () => SchemaVersionType);

@AccessRule('schemaVersion')
@ObjectType('SchemaChange')
export class SchemaChangeType {
  @TermField(() => SchemaChangeLevel, 'schemaChange.level', { nullable: false }) level!: string;
  @TermField(() => String, 'schemaChange.coordinate') coordinate!: string | null;
  @TermField(() => String, 'schemaChange.message') message!: string;
}

@AccessRule('schemaVersion')
@ObjectType('GraphConsumer')
export class GraphConsumerType {
  @TermField(() => ID, 'graphConsumer.operation', { nullable: false }) operation!: string;
  @TermField(() => String, 'graphConsumer.name') name!: string | null;
  @TermField(() => String, 'graphConsumer.app') app!: string | null;
  @TermField(() => Boolean, 'graphConsumer.registered') registered!: boolean;
  @TermField(() => [String], 'graphConsumer.clients') clients!: readonly string[];
  @TermField(() => LocalDate, 'graphConsumer.lastUsedOn') lastUsedOn!: string | null;
  @TermField(() => Int, 'graphConsumer.times') times!: number;
  @TermField(() => [String], 'graphConsumer.problems') problems!: readonly string[];

  static from(consumer: Consumer, problems: readonly string[] = []): GraphConsumerType {
    return Object.assign(new GraphConsumerType(), { ...consumer, operation: consumer.id, problems });
  }
}

@AccessRule('schemaVersion')
@ObjectType('EarlyRemoval')
export class EarlyRemovalType {
  @TermField(() => String, 'earlyRemoval.coordinate', { nullable: false }) coordinate!: string;
  @TermField(() => LocalDate, 'earlyRemoval.removeOn') removeOn!: string;
}

@AccessRule('schemaVersion')
@ObjectType('SchemaCheck')
export class SchemaCheckType {
  @TermField(() => ID, 'schemaCheck.version', { nullable: false }) version!: string;
  @TermField(() => ID, 'schemaCheck.base') base!: string | null;
  @TermField(() => Boolean, 'schemaCheck.breaking') breaking!: boolean;
  @TermField(() => [SchemaChangeType], 'schemaCheck.changes') changes!: readonly SchemaChangeType[];
  @TermField(() => [GraphConsumerType], 'schemaCheck.broken') broken!: readonly GraphConsumerType[];
  @TermField(() => [EarlyRemovalType], 'schemaCheck.tooEarly') tooEarly!: readonly EarlyRemovalType[];

  static from(version: string, base: string | null, check: SchemaCheck): SchemaCheckType {
    return Object.assign(new SchemaCheckType(), {
      ...{ version, base },
      breaking: check.changes.some(({ level }) => level === 'BREAKING'),
      changes: check.changes.map((change) => Object.assign(new SchemaChangeType(), change)),
      broken: check.broken.map(({ consumer, problems }) => GraphConsumerType.from(consumer, problems)),
      tooEarly: check.tooEarly.map((one) => Object.assign(new EarlyRemovalType(), one)),
    });
  }
}
