/** Queries that ask for every field of a subgraph, made from its schema: what is added to the graph is asked too. */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** Types that a step to costs nothing: they hold what was asked for. */
const WRAPPERS = /Connection$|^PageInfo$|^SourceRef$|^Quantity$|^LocalizedText$|^LotStage$|^TraceBreak$/;

export class FieldWalk {
  /** `Type.field` that some selection holds. */
  readonly covered = new Set<string>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** All fields of the type, and of what it leads to within so many steps. */
  selection(type: GraphQLObjectType, steps: number): string {
    const fields = Object.values(type.getFields()).flatMap((field) => this.#field(type, field, steps));
    return `{ __typename ${fields.join(' ')} }`;
  }

  /** A root query with its arguments written out. */
  root(field: string, args: string, steps: number): string {
    const query = this.schema.getQueryType();
    const definition = query?.getFields()[field];
    const type = definition === undefined ? undefined : getNamedType(definition.type);
    if (query === undefined || !isObjectType(type)) throw new Error(`there is no query ${field} of objects`);
    this.covered.add(`${query?.name ?? ''}.${field}`);
    return `${field}${args} ${this.selection(type, steps)}`;
  }

  /** Types that have a key, by which another subgraph can ask for them. */
  entityTypes(): GraphQLObjectType[] {
    const union = this.schema.getType('_Entity');
    if (union === undefined || !('getTypes' in union)) return [];
    return [...union.getTypes()];
  }

  /** Fields that a reader can reach from queries and keys, as `Type.field`. */
  reachable(exempt: ReadonlySet<string>): string[] {
    const query = this.schema.getQueryType();
    const seen = new Set<GraphQLObjectType>();
    const fields: string[] = [];
    const visit = (type: GraphQLObjectType): void => {
      if (seen.has(type)) return;
      seen.add(type);
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${field.name}`;
        if (exempt.has(coordinate) || coordinate.startsWith('Query._')) continue;
        fields.push(coordinate);
        const target = getNamedType(field.type);
        if (isObjectType(target)) visit(target);
      }
    };
    for (const type of [...(query ? [query] : []), ...this.entityTypes()]) visit(type);
    return fields.sort();
  }

  #field(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, steps: number): string[] {
    if (field.args.some(isRequiredArgument)) return [];
    const target = getNamedType(field.type);
    const coordinate = `${type.name}.${field.name}`;
    if (!isObjectType(target)) {
      this.covered.add(coordinate);
      return [field.name];
    }
    const left = WRAPPERS.test(target.name) || /Connection$/.test(type.name) ? steps : steps - 1;
    if (left < 0) return [];
    this.covered.add(coordinate);
    return [`${field.name} ${this.selection(target, left)}`];
  }
}
