/** Graph types that every subgraph shows alike: where a fact came from. */
import { Directive, Int, ObjectType } from 'type-graphql';
import { Instant } from '../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../platform/graphql/term-field';
import type { SourceRef } from '../reads';

@Directive('@shareable')
@AccessRule('source')
@ObjectType('SourceRef')
export class SourceRefType {
  @TermField(() => String, 'source.system', { nullable: false }) system!: string;
  @TermField(() => String, 'source.stream', { nullable: false }) stream!: string;
  @TermField(() => String, 'source.nativeKey', { nullable: false }) nativeKey!: string;
  @TermField(() => Int, 'source.version', { nullable: false }) version!: number;
  @TermField(() => Instant, 'source.readAt', { nullable: false }) readAt!: Date;
  @TermField(() => Instant, 'source.changedAt') changedAt!: Date | null;
  @TermField(() => String, 'source.mappingVersion', { nullable: false }) mappingVersion!: string;
  @TermField(() => [String], 'source.via', { nullable: false }) via!: readonly string[];

  static from(source: SourceRef): SourceRefType {
    return Object.assign(new SourceRefType(), {
      ...source,
      readAt: new Date(source.readAt),
      changedAt: source.changedAt === null ? null : new Date(source.changedAt),
    });
  }
}
