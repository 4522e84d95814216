/** Attributes of the entities: what the dictionary and a mapping add without a field of their own. */
import { Ctx, Resolver, Root } from 'type-graphql';
import { type AttributeRow, askedTerms } from '../../../canonical/attributes/attribute-reads';
import { SourceRefType } from '../../../canonical/graph/source.type';
import { fromId } from '../../../canonical/ids';
import { TermArg, TermFieldResolver } from '../../../platform/graphql/term-field';
import type { LotsContext } from '../context';
import { ItemType } from '../item/item.type';
import { LotType } from '../lot/lot.type';
import { PartyType } from '../party/party.type';
import { LocationType, SiteType } from '../site/site.type';
import { sourceOf } from '../source/source';
import { AttributeValueType } from './attribute.type';

type EntityName = 'lot' | 'item' | 'site' | 'location' | 'party';
type Asked = readonly string[] | null | undefined;

/**
 * The attributes that were asked for by name, each with its value or none; without names those that have one. A masked
 * term is shown alike for every entity.
 */
async function attributesOf(
  context: LotsContext,
  entity: EntityName,
  id: string,
  asked: Asked,
): Promise<AttributeValueType[]> {
  const { access, language, services } = context;
  const terms = askedTerms(services.dictionary, access, entity, asked);
  if (terms.length === 0) return [];
  await context.reportCopies(entity);
  const rows = await context.loaders.attributes.load(fromId(entity, id) ?? 0);
  const values = new Map<string, AttributeRow>(rows.map((row) => [row.term, row]));
  return terms.flatMap((term) => {
    if (access.term(term.id) !== 'READ') return [AttributeValueType.masked(term, language)];
    const row = values.get(term.id) ?? null;
    return row === null && asked == null ? [] : [AttributeValueType.of(term, row, language)];
  });
}

@Resolver(() => LotType)
export class LotAttributesResolver {
  @TermFieldResolver(() => [AttributeValueType], 'lot.attributes')
  attributes(
    @Root() { id }: LotType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'attribute.term', { nullable: true }) terms?: string[] | null,
  ): Promise<AttributeValueType[]> {
    return attributesOf(context, 'lot', id, terms);
  }
}

@Resolver(() => ItemType)
export class ItemAttributesResolver {
  @TermFieldResolver(() => [AttributeValueType], 'item.attributes')
  attributes(
    @Root() { id }: ItemType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'attribute.term', { nullable: true }) terms?: string[] | null,
  ): Promise<AttributeValueType[]> {
    return attributesOf(context, 'item', id, terms);
  }
}

@Resolver(() => SiteType)
export class SiteAttributesResolver {
  @TermFieldResolver(() => [AttributeValueType], 'site.attributes')
  attributes(
    @Root() { id }: SiteType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'attribute.term', { nullable: true }) terms?: string[] | null,
  ): Promise<AttributeValueType[]> {
    return attributesOf(context, 'site', id, terms);
  }
}

@Resolver(() => LocationType)
export class LocationAttributesResolver {
  @TermFieldResolver(() => [AttributeValueType], 'location.attributes')
  attributes(
    @Root() { id }: LocationType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'attribute.term', { nullable: true }) terms?: string[] | null,
  ): Promise<AttributeValueType[]> {
    return attributesOf(context, 'location', id, terms);
  }
}

@Resolver(() => PartyType)
export class PartyAttributesResolver {
  @TermFieldResolver(() => [AttributeValueType], 'party.attributes')
  attributes(
    @Root() { id }: PartyType,
    @Ctx() context: LotsContext,
    @TermArg('terms', () => [String], 'attribute.term', { nullable: true }) terms?: string[] | null,
  ): Promise<AttributeValueType[]> {
    return attributesOf(context, 'party', id, terms);
  }
}

@Resolver(() => AttributeValueType)
export class AttributeSourceResolver {
  @TermFieldResolver(() => SourceRefType, 'attribute.source')
  source(
    @Root() { recordPk }: AttributeValueType,
    @Ctx() context: LotsContext,
  ): Promise<SourceRefType | null> {
    return sourceOf(context, recordPk);
  }
}

export const ATTRIBUTE_RESOLVERS = [
  LotAttributesResolver,
  ItemAttributesResolver,
  SiteAttributesResolver,
  LocationAttributesResolver,
  PartyAttributesResolver,
  AttributeSourceResolver,
] as const;
