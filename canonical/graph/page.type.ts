/** Keyset paging, the same in every subgraph (Relay cursor connections). */
import { Directive, ObjectType } from 'type-graphql';
import { TermField } from '../../platform/graphql/term-field';

@Directive('@shareable')
@ObjectType('PageInfo')
export class PageInfoType {
  @TermField(() => Boolean, 'page.hasNextPage', { nullable: false }) hasNextPage!: boolean;
  @TermField(() => String, 'page.endCursor') endCursor!: string | null;
}
