/** Holds what a stream names against the metadata of its service before the first question is asked. */
import type { LegacyUnavailableError, MappingProblem } from '../../platform/errors';
import { READER_COLUMNS } from '../mapping/check-source';
import type { CompiledMapping } from '../mapping/compile-mapping';
import type { ListPivot, ODataJoin, ODataSource, SourcePart } from '../mapping/document';
import type { DocumentPath } from '../mapping/mapping-file';
import { hintFrom } from '../mapping/schema-check';
import { misfit } from '../sql/table-check';
import type { CheckedJoin } from './entity-joins';
import { comparesExactly, TIME_TYPES } from './filter';
import type { ODataModel, ODataProperty, ODataType } from './metadata';

export interface CheckedEntity {
  readonly type: ODataType;
  /** Properties of the watermark, in the order in which they are looked at. */
  readonly marks: readonly ODataProperty[];
  readonly joins: readonly CheckedJoin[];
}

/** Throws LegacyUnavailableError (nonsense) whose cause names each mistake by file and line. */
export function checkEntity(
  mapping: CompiledMapping,
  stream: string,
  part: string,
  source: ODataSource & SourcePart,
  model: ODataModel,
): CheckedEntity {
  return new EntityCheck(mapping, stream, part, source, model).run();
}

class EntityCheck {
  readonly #problems: MappingProblem[] = [];
  readonly #path: DocumentPath;

  constructor(
    private readonly mapping: CompiledMapping,
    private readonly stream: string,
    part: string,
    private readonly source: ODataSource & SourcePart,
    private readonly model: ODataModel,
  ) {
    this.#path = ['streams', stream, 'source', ...(part === '' ? [] : ['union', part])];
  }

  run(): CheckedEntity {
    const { source, model } = this;
    const set = model.sets.get(source.entitySet);
    const type = model.types.get(set?.type ?? '');
    if (type === undefined) {
      this.#problem(`there is no entity set "${source.entitySet}"`, ['entitySet'], [...model.sets.keys()]);
      throw this.#misfit();
    }
    for (const [i, path] of (source.expand ?? []).entries()) this.#navigation(path, type, ['expand', i]);
    for (const [i, name] of (source.select ?? []).entries()) this.#property(name, type, ['select', i]);
    for (const [i, pivot] of (source.pivot ?? []).entries()) this.#pivot(pivot, type, ['pivot', i]);
    for (const [reference, at] of this.mapping.references.get(this.stream) ?? [])
      this.#reference(reference, type, at);
    const joins = (source.joins ?? []).flatMap((join, i) => this.#join(join, type, ['joins', i]));
    const marks = this.#marks(type);
    if (this.#problems.length > 0) throw this.#misfit();
    return { type, marks, joins };
  }

  #misfit(): LegacyUnavailableError {
    return misfit(this.mapping, this.#problems);
  }

  #problem(message: string, at: DocumentPath, known: readonly string[] = [], absolute = false): void {
    const path = absolute ? at : [...this.#path, ...at];
    const near = known.length === 0 ? undefined : hintFrom(path.length === 0 ? '' : lastWord(message), known);
    this.#problems.push(this.mapping.problemAt(path, message, near));
  }

  #property(name: string, type: ODataType, at: DocumentPath, absolute = false): ODataProperty | null {
    const found = type.properties.get(name) ?? null;
    if (found === null)
      this.#problem(
        `${this.source.entitySet} has no property "${name}"`,
        at,
        [...type.properties.keys()],
        absolute,
      );
    return found;
  }

  #navigation(path: string, type: ODataType, at: DocumentPath): void {
    let here: ODataType | undefined = type;
    for (const step of path.split('/')) {
      const navigation = here?.navigations.get(step);
      if (navigation === undefined) {
        this.#problem(`there is no navigation "${step}"`, at, [...(here?.navigations.keys() ?? [])]);
        return;
      }
      here = this.model.types.get(navigation.target);
    }
  }

  /** A join names the whole key, so that it finds one entity at most. */
  #join(join: ODataJoin, type: ODataType, at: DocumentPath): CheckedJoin[] {
    const { entitySet, on } = join;
    const target = this.model.types.get(this.model.sets.get(entitySet)?.type ?? '');
    if (target === undefined) {
      this.#problem(
        `there is no entity set "${entitySet}"`,
        [...at, 'entitySet'],
        [...this.model.sets.keys()],
      );
      return [];
    }
    for (const [property, reference] of Object.entries(on)) {
      const found = target.properties.get(property);
      if (found === undefined || !target.key.includes(property))
        this.#problem(`the key of ${entitySet} has no "${property}"`, [...at, 'on', property], target.key);
      else if (!comparesExactly(found))
        this.#problem(`${entitySet} cannot be asked for one "${property}"`, [...at, 'on', property]);
      this.#reference(reference, type, [...this.#path, ...at, 'on', property]);
    }
    const missing = target.key.filter((name) => !Object.hasOwn(on, name));
    if (missing.length > 0)
      this.#problem(`a join names the whole key of ${entitySet}: "${missing.join('", "')}"`, [...at, 'on']);
    return [{ ...join, entity: { type: target, marks: [], joins: [] } }];
  }

  /** The list must be one that comes along, and its elements have the name and the values. */
  #pivot({ path, name, value }: ListPivot, type: ODataType, at: DocumentPath): void {
    const { each } = this.source;
    const steps = path.split('.');
    // behind `each` the path may begin with its element
    const whole = each?.as === steps[0] ? [...(each?.path.split('.') ?? []), ...steps.slice(1)] : steps;
    const list = this.#walk(whole, type);
    if (list === null) {
      this.#problem(`there is no navigation "${path}"`, [...at, 'path']);
      return;
    }
    for (const [key, one] of [['name', name] as const, ...[value].flat().map((v) => ['value', v] as const)])
      if (!list.properties.has(one.split('.')[0] ?? ''))
        this.#problem(`${path} has no property "${one}"`, [...at, key], [...list.properties.keys()]);
  }

  /** A path of a row: a property, or one of what comes along. */
  #reference(reference: string, type: ODataType, at: DocumentPath): void {
    const { each, set = {}, select } = this.source;
    const [first = '', ...rest] = reference.split('.');
    if (READER_COLUMNS.includes(first) || Object.hasOwn(set, reference)) return;
    if (each !== undefined && first === each.as) {
      const element = this.#walk(each.path.split('.'), type);
      if (element !== null && rest.length > 0) this.#steps(rest, element, at);
      return;
    }
    const join = this.source.joins?.find(({ as }) => as === first);
    if (join !== undefined) {
      const target = this.model.types.get(this.model.sets.get(join.entitySet)?.type ?? '');
      if (target !== undefined && rest.length > 0) this.#steps(rest, target, at);
      return;
    }
    // the compiler holds its names against the list of the pivot
    if (this.source.pivot?.some(({ as }) => as === first) === true) return;
    if (
      type.navigations.has(first) &&
      !(this.source.expand ?? []).some((path) => path.split('/')[0] === first)
    ) {
      this.#problem(`"${first}" does not come along`, at, [], true);
      return;
    }
    if (select !== undefined && type.properties.has(first) && !select.includes(first))
      this.#problem(`"${first}" is not among what is selected`, at, [], true);
    this.#steps([first, ...rest], type, at);
  }

  #steps(steps: readonly string[], type: ODataType, at: DocumentPath): void {
    let here: ODataType | null = type;
    for (const [i, step] of steps.entries()) {
      if (here === null || /^\d+$/u.test(step)) continue;
      const next: string | undefined = here.navigations.get(step)?.target ?? here.properties.get(step)?.type;
      if (next === undefined) {
        const known = [...here.properties.keys(), ...here.navigations.keys()];
        const where = i === 0 ? this.source.entitySet : (steps[i - 1] ?? '');
        this.#problem(`${where} has no property "${step}"`, at, known, true);
        return;
      }
      here = this.model.types.get(/^Collection\((.+)\)$/u.exec(next)?.[1] ?? next) ?? null;
    }
  }

  #walk(steps: readonly string[], type: ODataType): ODataType | null {
    return steps.reduce<ODataType | null>(
      (here, step) => this.model.types.get(here?.navigations.get(step)?.target ?? '') ?? null,
      type,
    );
  }

  #marks(type: ODataType): ODataProperty[] {
    const { watermark } = this.mapping.document.streams[this.stream] ?? {};
    const at = ['streams', this.stream, 'watermark', 'from'];
    return [watermark?.from ?? []].flat().flatMap((name) => {
      const property = type.properties.get(name);
      if (property === undefined) return [];
      if (!TIME_TYPES.has(property.type))
        this.#problem(`"${name}" is ${property.type}, and a watermark of OData is a time`, at, [], true);
      if (!property.filterable) this.#problem(`the service does not filter by "${name}"`, at, [], true);
      return [property];
    });
  }
}

/** The quoted word at the end of a message: what a hint is looked for. */
const lastWord = (message: string) => /"([^"]*)"$/u.exec(message)?.[1] ?? message;
