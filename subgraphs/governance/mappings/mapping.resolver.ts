/** Reading mappings: which is in force, what came before, what a draft would change, how far the copy follows. */
import { Args, Ctx, ID, Int, Resolver, Root } from 'type-graphql';
import { type Page, PageArgs, toPage } from '../../../canonical/graph/page.type';
import { impactOf } from '../../../canonical/mappings/impact-records';
import { newestImpact } from '../../../canonical/mappings/mapping-drafts';
import { MappingDerivationRow, MappingVersionRow } from '../../../canonical/mappings/mapping.entity';
import { MappingVersions } from '../../../canonical/mappings/mapping-versions';
import type { SubgraphServices } from '../../../canonical/subgraph-services';
import { boundNumber, cursorScope, decodeCursor, encodeCursor } from '../../../platform/graphql/cursor';
import { checkPageSize } from '../../../platform/graphql/page-size';
import { TermArg, TermFieldResolver, TermQuery } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';
import {
  MappingDerivationType,
  MappingImpactType,
  MappingValueChangeType,
  MappingVersionConnection,
  MappingVersionType,
} from './mapping.types';

const opened = new WeakMap<SubgraphServices, MappingVersions>();

/** The published versions, as these services see them. */
export function versionsOf(services: SubgraphServices): MappingVersions {
  const known = opened.get(services) ?? new MappingVersions(services);
  opened.set(services, known);
  return known;
}

@Resolver(() => MappingVersionType)
export class MappingResolver {
  @TermQuery(() => [MappingVersionType], 'query.mappings')
  async mappings(@Ctx() { services }: GovernanceContext): Promise<MappingVersionType[]> {
    const current = await versionsOf(services).current();
    return [...current.values()].map((row) => MappingVersionType.from(row));
  }

  @TermQuery(() => MappingVersionConnection, 'query.mappingVersions')
  async mappingVersions(
    @TermArg('system', () => String, 'mapping.system') system: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: GovernanceContext,
  ): Promise<Page<MappingVersionType>> {
    const first = checkPageSize(page.first);
    const scope = cursorScope('mappingVersions', system);
    const query = services.database.reader
      .createQueryBuilder(MappingVersionRow, 'v')
      .where('v.system = :system', { system });
    if (page.after != null)
      query.andWhere('v.number < :after', {
        after: boundNumber(decodeCursor(scope, page.after, ['key'])[0]),
      });
    const rows = await query
      .orderBy('v.number', 'DESC')
      .limit(first + 1)
      .getMany();
    return toPage(
      rows,
      first,
      (row) => encodeCursor(scope, [row.number]),
      (row) => MappingVersionType.from(row),
    );
  }

  @TermQuery(() => MappingImpactType, 'query.mappingImpact')
  async mappingImpact(
    @TermArg('draft', () => ID, 'mappingImpact.draft') draft: string,
    @Ctx() { services }: GovernanceContext,
  ): Promise<MappingImpactType | null> {
    const { reader } = services.database;
    const row = await newestImpact(reader, draft);
    return row === null ? null : MappingImpactType.from(row, await impactOf(reader, draft));
  }

  /** The newest one: the version of a system that is in force is the one that it is derived under. */
  @TermFieldResolver(() => MappingDerivationType, 'mapping.derivation')
  async derivation(
    @Root() { system, version }: MappingVersionType,
    @Ctx() { services }: GovernanceContext,
  ): Promise<MappingDerivationType | null> {
    const row = await services.database.reader.findOne(MappingDerivationRow, {
      where: { system, mappingVersion: version },
      order: { pk: 'DESC' },
    });
    return row === null ? null : MappingDerivationType.from(row);
  }
}

@Resolver(() => MappingImpactType)
export class MappingImpactResolver {
  /** Values are of all rows, whosever they are: a limited caller is told none. */
  @TermFieldResolver(() => [MappingValueChangeType], 'mappingImpact.values')
  values(
    @Root() { sample }: MappingImpactType,
    @Ctx() { scope }: GovernanceContext,
    @TermArg('first', () => Int, 'page.first', { nullable: true, defaultValue: 50 }) first: number,
  ): MappingValueChangeType[] | null {
    if (scope !== null) return null;
    return sample.slice(0, checkPageSize(first)).map((change) => MappingValueChangeType.from(change));
  }
}
