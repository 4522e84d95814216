/** Drafts genealogy from a table that links two lots: it is read once for what went in and once for what came out. */
import type { ResourceProfile } from '../inspect/source-profile';
import type { Candidate } from './candidates';
import { UNDATED, type DraftedField, type DraftedPart, type DraftedStream } from './draft-stream';
import { keyOf } from './draft-key';
import type { Link, LinkEnd } from './link-ends';
import { scalar } from './yaml-text';

/** Column that says which end a reading of the table stands for. */
const END = 'end';

export function draftLink(name: string, profile: ResourceProfile, link: Link): DraftedStream {
  const { key, unique, keyTodos } = keyOf(profile, []);
  const { input, output, question } = link;
  return {
    ...{ name, resource: profile, classified: classOf(link), joins: [], where: null, unique, question },
    ...{ watermark: null, voids: [], sign: null, codes: [], personal: [] },
    parts: [partOf('used', 'INPUT', input), partOf('made', 'OUTPUT', output)],
    key: key === null ? null : `["#part", ${key.replace(/^\[|\]$/gu, '')}]`,
    fields: [transformationField(link), roleField(link), endField('item', link), endField('lotNumber', link)],
    todos: [...keyTodos, UNDATED],
  };
}

const classOf = ({ input, output }: Link) => ({
  recordType: 'transformation' as const,
  score: Math.min(input.lot.confidence, output.lot.confidence),
  evidence: `${input.column.name} and ${output.column.name} name two lots`,
});

function partOf(name: string, role: string, { join, item, lot }: LinkEnd): DraftedPart {
  const behind = [...item.joins, ...lot.joins].filter(({ as }) => as !== join?.as);
  const joins = new Map([...(join === null ? [] : [join]), ...behind].map((one) => [one.as, one]));
  return { name, joins: [...joins.values()], set: { [END]: role } };
}

const field = (
  name: string,
  confidence: number,
  spec: string,
  more: Partial<DraftedField> = {},
): DraftedField => ({
  ...{ name, required: true, spec, confidence, evidence: [], todos: [], alternatives: [] },
  ...more,
});

/** Each thing that came out is a transformation of its own: what is linked to it, and nothing else, went into it. */
function transformationField({ output }: Link): DraftedField {
  const { join, item, lot, column } = output;
  const spec =
    join === null
      ? `{ from: [${scalar(item.reference)}, ${scalar(lot.reference)}], apply: [{ concat: ":" }] }`
      : scalar(column.name);
  return field('transformation', lot.confidence, spec, {
    evidence: ['what came out, with all that is linked to it'],
  });
}

function roleField({ input, output }: Link): DraftedField {
  const confirm = `${input.column.name} is taken for what went in, ${output.column.name} for what came out; some systems name them the other way round: look at one product that you know`;
  return field('role', Math.min(input.lot.confidence, output.lot.confidence), END, {
    evidence: [input.evidence, output.evidence],
    todos: [confirm],
  });
}

function endField(name: 'item' | 'lotNumber', { input, output }: Link): DraftedField {
  const of = (end: LinkEnd): Candidate => (name === 'item' ? end.item : end.lot);
  const [used, made] = [of(input), of(output)];
  const confidence = Math.min(used.confidence, made.confidence);
  const evidence = [...new Set([...used.evidence, ...made.evidence])];
  if (used.reference === made.reference) return field(name, confidence, scalar(made.reference), { evidence });
  const cases = `[{ when: { column: ${END}, equals: INPUT }, from: ${scalar(used.reference)} }]`;
  return field(name, confidence, `{ cases: ${cases}, else: { from: ${scalar(made.reference)} } }`, {
    evidence,
  });
}
