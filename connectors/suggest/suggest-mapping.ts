/**
 * Drafts the mapping of a source that nobody described: which tables hold what, which columns hold which field, and
 * how sure that is. The draft compiles; a stream that would need a guess stands in it as a comment, with its question.
 */
import type { MappingProblem } from '../../platform/errors';
import type { OpenedSource, ResourceInfo, ResourceProfile } from '../inspect/source-profile';
import { compileMapping } from '../mapping/compile-mapping';
import { BY_COLUMNS, classify, classifyName, type Classified } from './classify';
import type { RecordType } from '../../schema/records/record-types';
import { draftLink } from './draft-link';
import { linesOfManufacture } from './draft-sides';
import { draftStream, streamName, type DraftedStream, type StreamContext } from './draft-stream';
import { draftText, type DraftHead } from './draft-text';
import { withInferredReferences } from './infer-references';
import { linkIn } from './link-ends';
import type { Synonyms } from './synonyms';

export interface SuggestOptions {
  readonly system: string;
  readonly kind: string;
  /** IANA name of the zone of times that are written without an offset. */
  readonly zone: string;
  readonly reference: string;
  /** Only these resources; all that are recognised without. */
  readonly resources?: readonly string[];
  /** Of an API: what its connector needs beside the address. */
  readonly http?: Pick<DraftHead, 'odata' | 'login'>;
  readonly sampleRows: number;
  readonly synonyms: Synonyms;
  readonly signal: AbortSignal;
}

export interface Suggestion {
  readonly text: string;
  /** False where nothing could be drafted: the text holds questions only. */
  readonly compiles: boolean;
  readonly streams: readonly SuggestedStream[];
  /** Resources that were looked at and fit nothing. */
  readonly unrecognised: readonly string[];
  readonly todos: number;
}

export interface SuggestedStream {
  readonly name: string;
  readonly resource: string;
  readonly recordType: string;
  readonly confidence: number;
  /** Null: drafted. Otherwise why it stands as a comment. */
  readonly leftOut: string | null;
}

/** A source with more tables is looked at by name first. */
const MOST_PROFILED = 60;
/** What others refer to is read first. */
const ORDER = [
  'item',
  'site',
  'location',
  'party',
  'lot',
  'serial',
  'document',
  'inspection',
  'inspectionResult',
];

/** Looks and drafts; writes nothing. Throws what the inspector throws. */
export async function suggestMapping(source: OpenedSource, options: SuggestOptions): Promise<Suggestion> {
  const declared = await profilesOf(source, options);
  // only a database joins
  const profiles =
    source.connector === 'sql'
      ? await withInferredReferences(declared, source.inspector, options.signal)
      : declared;
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  const classes = new Map<string, Classified>();
  for (const profile of profiles) {
    const found = classify(profile, options.synonyms);
    if (found !== null) classes.set(profile.name, found);
  }
  for (const profile of profiles) if (copiesLots(profile, classes)) classes.delete(profile.name);
  // only a database joins
  const joined = source.connector === 'sql' ? byName : new Map<string, ResourceProfile>();
  const streams = draftStreams(profiles, { ...options, byName: joined, classes });
  const drafted = new Set(streams.map(({ resource }) => resource.name));
  return settled(
    { ...options, ...options.http, connector: source.connector },
    streams,
    profiles.filter(({ name }) => !drafted.has(name)),
  );
}

/** Lines that repeat what the lot which they point to states; only a table's own name makes it one of lots then. */
function copiesLots({ name, columns }: ResourceProfile, classes: ReadonlyMap<string, Classified>): boolean {
  const found = classes.get(name);
  return (
    found?.recordType === 'lot' &&
    found.score <= BY_COLUMNS &&
    columns.some(({ references }) => {
      const target = references === null ? undefined : classes.get(references.resource);
      return references?.resource !== name && target?.recordType === 'lot' && target.score > BY_COLUMNS;
    })
  );
}

/** A stream of each resource that was recognised, and genealogy of those that tell it, whatever else they are. */
function draftStreams(
  profiles: readonly ResourceProfile[],
  context: SuggestOptions & StreamContext,
): DraftedStream[] {
  const taken = new Set<string>();
  const nameFor = (type: RecordType) => {
    const name = streamName(type, taken);
    taken.add(name);
    return name;
  };
  const links = new Map(
    profiles.flatMap((profile) => {
      const link = canLink(context.classes.get(profile.name)) ? linkIn(profile, context) : null;
      return link === null ? [] : [[profile.name, link] as const];
    }),
  );
  const classified = profiles
    .flatMap((profile) => {
      const found = links.has(profile.name) ? undefined : context.classes.get(profile.name);
      return found === undefined ? [] : [{ profile, found }];
    })
    .sort((a, b) => place(a.found) - place(b.found))
    .map(({ profile, found }) => draftStream(nameFor(found.recordType), profile, found, context));
  const linked = profiles.flatMap((profile) => {
    const link = links.get(profile.name);
    return link === undefined ? [] : [draftLink(nameFor('transformation'), profile, link)];
  });
  const lines = profiles.flatMap((profile) => {
    const found = links.has(profile.name) ? null : linesOfManufacture(profile, context);
    return found === null ? [] : [draftStream(nameFor('transformation'), profile, found, context)];
  });
  return [...classified, ...linked, ...lines];
}

/** A table of lots may name the lot that each was made of; masters and results link nothing. */
const canLink = (found: Classified | undefined) =>
  found === undefined || found.recordType === 'movement' || found.recordType === 'transformation';

const place = ({ recordType }: Classified) => {
  const index = ORDER.indexOf(recordType);
  return index < 0 ? ORDER.length : index;
};

async function profilesOf(
  { inspector }: OpenedSource,
  { resources, sampleRows, synonyms, signal }: SuggestOptions,
): Promise<ResourceProfile[]> {
  const all = await inspector.resources(signal);
  const wanted = all.length > MOST_PROFILED ? likely(all, synonyms) : all;
  const profiles = new Map<string, ResourceProfile>();
  // an API without a description lists nothing, and is asked for what is named
  const queue = [...(resources ?? wanted.map(({ name }) => name))];
  for (const name of queue) {
    if (profiles.has(name)) continue;
    const profile = await inspector.profile(name, { sampleRows }, signal);
    profiles.set(name, profile);
    // what a key points to is needed to know what the key means
    for (const { references } of profile.columns) if (references !== null) queue.push(references.resource);
  }
  return [...profiles.values()];
}

const likely = (resources: readonly ResourceInfo[], synonyms: Synonyms) =>
  resources.filter((resource) => classifyName(resource, synonyms).length > 0).slice(0, MOST_PROFILED);

/** Leaves out every stream that would not compile, with the compiler's own words, until the rest does. */
function settled(
  head: DraftHead,
  streams: readonly DraftedStream[],
  unrecognised: readonly ResourceProfile[],
): Suggestion {
  const leftOut = new Map(
    streams.flatMap((stream): [string, string][] => {
      const why = incomplete(stream);
      return why === null ? [] : [[stream.name, why]];
    }),
  );
  for (;;) {
    const text = draftText(head, streams, leftOut, unrecognised);
    const { problems } = compileMapping('draft.yaml', text);
    const wrong = problems.flatMap((problem) => streamOf(problem, streams, leftOut));
    if (problems.length === 0 || wrong.length === 0) {
      return {
        ...{ text, compiles: problems.length === 0 },
        unrecognised: unrecognised.map(({ name }) => name),
        todos: text.split('\n').filter((line) => /#.*\bTODO\b/u.test(line)).length,
        streams: streams.map(({ name, resource, classified }) => ({
          ...{
            name,
            resource: resource.name,
            recordType: classified.recordType,
            confidence: classified.score,
          },
          leftOut: leftOut.get(name) ?? null,
        })),
      };
    }
    for (const [name, message] of wrong) leftOut.set(name, message);
  }
}

function streamOf(
  { path, message }: MappingProblem,
  streams: readonly DraftedStream[],
  leftOut: ReadonlyMap<string, string>,
): [string, string][] {
  const name = path.split('.')[1];
  const stream = path.startsWith('streams.') ? streams.find((one) => one.name === name) : undefined;
  return stream === undefined || leftOut.has(stream.name) ? [] : [[stream.name, message]];
}

/** What a stream lacks that only a person can say. */
function incomplete({ key, fields, sign, question }: DraftedStream): string | null {
  const missing = fields.filter(({ required, spec }) => required && spec === null).map(({ name }) => name);
  const parts = [
    ...(question === null ? [] : [question]),
    ...(missing.length === 0 ? [] : [`no certain column for ${missing.join(', ')}`]),
    ...(sign?.lines === null ? ['no certain sign of its quantities'] : []),
    ...(key === null ? ['nothing tells its rows apart'] : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}
