/** Keyset paging, the same in every subgraph (cursor connections). */
import { ArgsType, Directive, Int, ObjectType } from 'type-graphql';
import { DEFAULT_PAGE_SIZE } from '../../platform/graphql/page-size';
import { AccessRule, TermField } from '../../platform/graphql/term-field';

@Directive('@shareable')
@AccessRule('page')
@ObjectType('PageInfo')
export class PageInfoType {
  @TermField(() => Boolean, 'page.hasNextPage', { nullable: false }) hasNextPage!: boolean;
  @TermField(() => String, 'page.endCursor') endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  /** How many at most; refused above the list's maximum. */
  @TermField(() => Int, 'page.first', { nullable: false, defaultValue: DEFAULT_PAGE_SIZE }) first!: number;
  /** `endCursor` of the page before. */
  @TermField(() => String, 'page.after') after?: string | null;
}

export interface Page<N> {
  readonly nodes: readonly N[];
  readonly pageInfo: PageInfoType;
}

/** The type of a page of `node`; each list of the graph has one of its own, named `<Node>Connection`. */
export function connectionOf<N extends object>(
  name: string,
  node: () => new () => N,
): new () => { nodes: readonly N[]; pageInfo: PageInfoType } {
  @AccessRule('page')
  @ObjectType(name)
  class Connection {
    @TermField(() => [node()], 'page.nodes') nodes!: readonly N[];
    @TermField(() => PageInfoType, 'page.pageInfo') pageInfo!: PageInfoType;
  }
  return Connection;
}

/**
 * Makes a page of the rows that were read, one more than asked for: the extra row says that there is a next page.
 * `cursorOf` gives the cursor that leads past a row.
 */
export function toPage<R, N>(
  rows: readonly R[],
  first: number,
  cursorOf: (row: R) => string,
  toNode: (row: R) => N,
): Page<N> {
  const shown = rows.slice(0, first);
  const last = shown.at(-1);
  const pageInfo = Object.assign(new PageInfoType(), {
    hasNextPage: rows.length > first,
    endCursor: last === undefined ? null : cursorOf(last),
  });
  return { nodes: shown.map(toNode), pageInfo };
}
