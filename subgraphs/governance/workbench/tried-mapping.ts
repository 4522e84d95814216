/**
 * What a mapping that somebody sends may make this process do: read sources of the deployment, and no more. Its
 * references name source variables only; it commands nothing, and posts to nothing that was not published.
 */
import { isDeepStrictEqual } from 'node:util';
import { compileMapping, type CompiledMapping } from '../../../connectors/mapping/compile-mapping';
import { partsOf, type MappingDocument, type RestSource } from '../../../connectors/mapping/document';
import { attributeFieldsOf } from '../../../platform/dictionary/attributes';
import { InvalidInputError, MappingError } from '../../../platform/errors';
import type { GovernanceContext } from '../context';
import { versionsOf } from '../mappings/mapping.resolver';

/** Variables that hold where sources are and how to sign in to them; no other secret of the deployment is one. */
const SOURCE_VARIABLE = /^env:LOTGRAPH_SOURCE_[A-Z0-9_]+$/u;
const REFERENCE = /^(?:env:|file:\/)/u;
const LONGEST_TEXT = 500_000;

/** Throws InvalidInputError for a reference that is none of a source. */
export function requireSourceReference(reference: string): void {
  if (SOURCE_VARIABLE.test(reference)) return;
  throw new InvalidInputError('A source is named by its variable, env:LOTGRAPH_SOURCE_….', {
    argument: 'reference',
  });
}

/** Compiles a mapping to be tried. Throws MappingError with every problem, InvalidInputError for what is not allowed. */
export async function compileTried(text: string, context: GovernanceContext): Promise<CompiledMapping> {
  if (text.length > LONGEST_TEXT)
    throw new InvalidInputError('The mapping is too long.', { argument: 'text' });
  const attributes = attributeFieldsOf(context.services.dictionary);
  const { mapping, problems } = compileMapping('mapping.yaml', text, attributes);
  if (mapping === null) throw new MappingError(problems);
  const { connector, streams } = mapping.document;
  const own = `${connector.connection.replace(/_[A-Z0-9]+$/u, '')}_`;
  for (const reference of textsOf(connector).filter((one) => REFERENCE.test(one))) {
    requireSourceReference(reference);
    // what signs in to one source is sent to no other
    if (!reference.startsWith(own)) throw refused(`takes ${reference} to another source than its own`);
  }
  const published = await publishedDocument(mapping.document.system.id, context);
  const signsIn =
    'login' in connector && (connector.login.type === 'session' || connector.login.type === 'oauth2');
  if (signsIn && !sameWay(connector, published?.connector))
    throw refused('signs in by posting, and not as its published mapping does');
  for (const [name, stream] of Object.entries(streams)) {
    const posts = partsOf(stream.source).some(([, part]) => (part as RestSource).method === 'POST');
    if (posts && !isDeepStrictEqual(stream.source, published?.streams[name]?.source))
      throw refused(`reads the stream ${name} by posting, and not as its published mapping does`);
  }
  return { ...mapping, document: withoutActs(mapping.document), live: null, commands: new Map() };
}

/** The document without what is asked live, which may post, and without commands. */
const withoutActs = (document: MappingDocument): MappingDocument =>
  Object.fromEntries(
    Object.entries(document).filter(([part]) => part !== 'live' && part !== 'commands'),
  ) as unknown as MappingDocument;

const refused = (why: string) =>
  new InvalidInputError(`The mapping ${why}: try it with \`lotgraph map\` beside the source.`, {
    argument: 'text',
  });

async function publishedDocument(
  system: string,
  { services }: GovernanceContext,
): Promise<MappingDocument | null> {
  const row = (await versionsOf(services).current()).get(system);
  if (row === undefined) return null;
  return (
    compileMapping('published.yaml', row.text, attributeFieldsOf(services.dictionary)).mapping?.document ??
    null
  );
}

/** The same place, signed in to in the same way; deadlines and rates are of no account. */
function sameWay(
  connector: MappingDocument['connector'],
  other: MappingDocument['connector'] | undefined,
): boolean {
  if (other === undefined || connector.type !== other.type || !('login' in connector) || !('login' in other))
    return false;
  return connector.connection === other.connection && isDeepStrictEqual(connector.login, other.login);
}

/** Every text in a part of a document. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
