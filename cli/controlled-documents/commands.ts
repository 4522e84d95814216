/** Publishing a controlled document: what differs, another version, an older one, and what there was. */
import type { DocumentTexts } from '../../controls/controlled-documents/document-kind';
import { InvalidInputError } from '../../platform/errors';
import type { WhoOptions } from '../identity/client';
import { type Hand, askGraph, handOf } from '../sign-off/graph';

/** A document as its commands name it. */
export interface NamedDocument {
  /** As the graph names it: `CONSISTENCY_RULES`. */
  readonly document: string;
  /** As its mutations end: `ConsistencyRules`. */
  readonly name: string;
  /** Who asks in demo mode where nobody is named or signed in. */
  readonly demoUser: string;
  /** The files as they stand. */
  read(root: string): DocumentTexts;
}

export interface PublishOptions extends WhoOptions {
  readonly reason: string;
}

interface Staged {
  readonly version: string | null;
  readonly weakens: boolean | null;
  readonly changes: readonly {
    readonly place: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly weakens: boolean;
  }[];
  readonly problems: readonly string[];
  readonly refusals: readonly Refusal[];
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

const STAGED = 'version weakens problems changes { place before after weakens } refusals { code message }';

/** Shows what publishing the files would change; the exit code is 1 when they cannot be published. */
export async function diffCommand(root: string, named: NamedDocument, options: WhoOptions): Promise<number> {
  const staged = await stage(await handOf(root, options, named.demoUser), named, named.read(root));
  return show(staged) ? 0 : 1;
}

/** Publishes the files, or proposes it where something gets weaker; the exit code is 0 when that was done. */
export async function publishCommand(
  root: string,
  named: NamedDocument,
  options: PublishOptions,
): Promise<number> {
  const hand = await handOf(root, options, named.demoUser);
  return await publish(hand, named, await stage(hand, named, named.read(root)), options.reason);
}

/** Publishes the texts of an older version anew. */
export async function rollbackCommand(
  root: string,
  named: NamedDocument,
  number: string,
  options: PublishOptions,
): Promise<number> {
  if (!/^[1-9]\d{0,8}$/.test(number)) throw new InvalidInputError('A version has a number, from 1.');
  const hand = await handOf(root, options, named.demoUser);
  const query = `mutation ($number: Int!) { it: rollback${named.name}(number: $number) { ${STAGED} } }`;
  const { it } = await askGraph<{ it: Staged }>(hand, query, { number: Number(number) });
  return await publish(hand, named, it, options.reason);
}

const PAGE = 50;

/** Versions, newest first. */
export async function historyCommand(root: string, named: NamedDocument, options: WhoOptions): Promise<void> {
  const query = `query ($document: ControlledDocumentName!) {
    it: controlledDocumentVersions(document: $document, first: ${PAGE}) {
      nodes { number version publishedAt publishedBy reason } pageInfo { hasNextPage } } }`;
  const { it } = await askGraph<{
    it: {
      nodes: readonly {
        number: number;
        version: string;
        publishedAt: string;
        publishedBy: string;
        reason: string;
      }[];
      pageInfo: { hasNextPage: boolean };
    };
  }>(await handOf(root, options, named.demoUser), query, { document: named.document });
  for (const { number, version, publishedAt, publishedBy, reason } of it.nodes)
    console.log(`${number}  ${publishedAt}  ${publishedBy}  ${version.slice(0, 19)}  ${reason}`);
  if (it.pageInfo.hasNextPage) console.log(`The newest ${PAGE}; there are more.`);
}

async function stage(hand: Hand, { name }: NamedDocument, texts: DocumentTexts): Promise<Staged> {
  const query = `mutation ($files: [ControlledFileInput!]!) { it: stage${name}(files: $files) { ${STAGED} } }`;
  const files = Object.entries(texts).map(([file, text]) => ({ name: file, text }));
  return (await askGraph<{ it: Staged }>(hand, query, { files })).it;
}

/** False when nothing was staged. */
function show({ version, problems, refusals, changes }: Staged): boolean {
  for (const problem of problems) console.error(problem);
  for (const { code, message } of refusals) console.error(`${code}: ${message}`);
  if (version === null) return false;
  for (const { place, before, after, weakens } of changes)
    console.log(`${weakens ? 'weaker  ' : 'stricter'}  ${place}: ${before ?? '-'} → ${after ?? '-'}`);
  if (changes.length === 0) console.log('Nothing differs but words.');
  return true;
}

async function publish(hand: Hand, { name }: NamedDocument, staged: Staged, reason: string): Promise<number> {
  if (!show(staged)) return 1;
  const mutation = `${staged.weakens === true ? 'publish' : 'tighten'}${name}`;
  const query = `mutation ($version: ID!, $reason: String!) { it: ${mutation}(version: $version, reason: $reason) {
    document { number } signOff { id } refusals { code message } } }`;
  const { it } = await askGraph<{
    it: {
      document: { number: number } | null;
      signOff: { id: string } | null;
      refusals: readonly Refusal[];
    };
  }>(hand, query, { version: staged.version, reason });
  for (const { code, message } of it.refusals) console.error(`${code}: ${message}`);
  if (it.refusals.length > 0) return 1;
  console.log(
    it.signOff === null
      ? `Published version ${it.document?.number ?? '?'}.`
      : `It is weaker, so two people must sign: sign-off ${it.signOff.id} waits for them.`,
  );
  return 0;
}
