import { graphql } from 'graphql';
import path from 'node:path';
import { Arg, Directive, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { Dictionary, type Term } from '../dictionary/dictionary';
import { buildSubgraph } from './build-subgraph';
import { AccessRule, TermField, TermFieldResolver, TermQuery } from './term-field';

const ROOT = path.resolve(__dirname, '..', '..');

@Directive('@key(fields: "id")')
@AccessRule('thing')
@ObjectType('Thing')
class ThingType {
  @TermField(() => ID, 'thing.id', { nullable: false }) id!: string;
}

@Resolver(() => ThingType)
class ThingResolver {
  @TermQuery(() => ThingType, 'query.thing')
  thing(@Arg('id', () => ID) id: string): ThingType {
    return Object.assign(new ThingType(), { id });
  }

  @TermFieldResolver(() => String, 'thing.name')
  name(@Root() thing: ThingType): string {
    return `name of ${thing.id}`;
  }
}

/** The same entity as another subgraph adds to it. */
@Directive('@key(fields: "id")')
@AccessRule('thing')
@ObjectType('Thing')
class OtherThingType {
  @TermField(() => ID, 'thing.id', { nullable: false }) id!: string;
  @TermField(() => String, 'thing.colour') colour!: string;
}

@Resolver(() => OtherThingType)
class OtherResolver {
  @TermQuery(() => String, 'query.other')
  other(): string {
    return 'other';
  }
}

const dictionary = new Dictionary([
  {
    ...{
      id: 'thing.id',
      name: { en: 'Id', zh: '标识' },
      definition: { en: 'What names it.', zh: '识别它。' },
    },
  } as Term,
  {
    ...{ id: 'thing.name', name: { en: 'Name', zh: '名称' }, definition: { en: 'Name.', zh: '名称。' } },
    deprecation: {
      since: '2026-01-01',
      removeOn: '2027-01-01',
      reason: 'told by id',
      replacedBy: 'thing.id',
    },
  } as Term,
]);

describe('a subgraph', () => {
  const { sdl, schema } = buildSubgraph(ROOT, {
    ...{ resolvers: [ThingResolver], types: [ThingType], dictionary },
    references: { Thing: ({ id }) => Object.assign(new ThingType(), { id }) },
  });
  const other = buildSubgraph(ROOT, {
    ...{ resolvers: [OtherResolver], types: [OtherThingType], dictionary, references: {} },
  });

  it('tells clients of a term that is given up, since when, until when and what instead', () => {
    expect(sdl).toContain(
      '@deprecated(reason: "Since 2026-01-01: told by id. Use thing.id. May be removed from 2027-01-01.")',
    );
    const field = schema.getType('Thing')?.astNode;
    expect(JSON.stringify(field)).toContain('deprecated');
    expect(other.sdl).not.toMatch(/@deprecated\(reason: "Since/);
  });

  it('carries the directives that the supergraph needs', () => {
    expect(sdl).toContain('type Thing @key(fields: "id") @access(rule: "thing")');
    expect(sdl).toContain('@term(id: "thing.name")');
    expect(sdl).toContain('@composeDirective(name: "@term")');
  });

  it('describes a field by its term, in both languages', () => {
    expect(sdl).toMatch(/Id\. What names it\.\s+标识。识别它。/);
  });

  it('holds nothing of another subgraph in the same process, whatever their types are called', () => {
    expect(sdl).not.toContain('colour');
    expect(other.sdl).not.toMatch(/thing\.name|query\.thing/);
  });

  it('answers a query, and a reference of another subgraph', async () => {
    const source = `{ thing(id: "1") { name }
      _entities(representations: [{ __typename: "Thing", id: "2" }]) { ... on Thing { name } } }`;
    expect((await graphql({ schema, source })).data).toMatchObject({
      thing: { name: 'name of 1' },
      _entities: [{ name: 'name of 2' }],
    });
  });
});
