/** Which files of this installation differ from what was published, and how each is published. Writes nothing. */
import { loadMappingTexts } from '../connectors/load-mappings';
import { versionOf as accessVersionOf } from '../controls/access/policy-content';
import { type DocumentStatus, attempt, statusOf } from '../controls/controlled-documents/shipped';
import { digestOf } from '../controls/integrity/digest';
import type { Controls } from '../controls/open-controls';
import type { Database } from '../platform/database/database';
import { attributeFieldsOf } from '../platform/dictionary/attributes';
import type { Dictionary } from '../platform/dictionary/dictionary';
import type { MappingVersions } from './mappings/mapping-versions';
import type { CanonicalDocuments } from './open-documents';

export interface ShippedFile {
  /** `access policy`, `mapping of erp` … */
  readonly what: string;
  /** UNPUBLISHED: the first start publishes it. BROKEN: what was published, or the file, cannot be gone by. */
  readonly state: 'SAME' | 'DIFFERS' | 'UNPUBLISHED' | 'BROKEN';
  readonly problems: readonly string[];
  /** Command that publishes the file. */
  readonly publish: string;
}

export interface ShippedFilesOptions extends CanonicalDocuments {
  readonly database: Pick<Database, 'reader'>;
  readonly dictionary: Dictionary;
  readonly controls: Pick<Controls, 'access' | 'signOff' | 'alarmRules' | 'claims'>;
  readonly versions: MappingVersions;
  /** Folder of the mappings. */
  readonly mappingsDir: string;
}

const REASON = '--reason "…"';

export async function shippedFiles(options: ShippedFilesOptions): Promise<ShippedFile[]> {
  const { controls, consistencyRules, qualityStandards, completenessRules } = options;
  return [
    await accessPolicy(options),
    await signOffPolicy(options),
    documentOf('consistency rules', `lotgraph rules publish ${REASON}`, await statusOf(consistencyRules)),
    documentOf(
      'quality standards',
      `lotgraph quality standards publish ${REASON}`,
      await statusOf(qualityStandards),
    ),
    documentOf(
      'completeness rules',
      `lotgraph completeness publish ${REASON}`,
      await statusOf(completenessRules),
    ),
    documentOf('alarm rules', `lotgraph alarms publish ${REASON}`, await statusOf(controls.alarmRules)),
    documentOf('claims mapping', `lotgraph claims publish ${REASON}`, await statusOf(controls.claims)),
    ...(await mappings(options)),
  ];
}

async function accessPolicy({ database, controls: { access } }: ShippedFilesOptions): Promise<ShippedFile> {
  const published = async (): Promise<string | null> =>
    (await access.currentWithin(database.reader))?.version ?? null;
  return await compared('access policy', `lotgraph access publish ${REASON}`, published, () =>
    accessVersionOf(access.draft()),
  );
}

async function signOffPolicy({ database, controls }: ShippedFilesOptions): Promise<ShippedFile> {
  const { policies } = controls.signOff.deps;
  const published = async (): Promise<string | null> =>
    (await policies.find(database.reader))?.version ?? null;
  return await compared(
    'sign-off policy',
    `lotgraph sign-off-policy publish ${REASON}`,
    published,
    () => policies.draft().version,
  );
}

/** Files of systems that are published; a file of another one is offered by nobody, and deleted ones stay in force. */
async function mappings(options: ShippedFilesOptions): Promise<ShippedFile[]> {
  const { versions, dictionary, mappingsDir } = options;
  const problems: string[] = [];
  const current = await attempt(problems, () => versions.current());
  const files = await attempt(problems, () =>
    Promise.resolve(loadMappingTexts(mappingsDir, attributeFieldsOf(dictionary))),
  );
  if (current === null || files === null)
    return [
      { what: 'mappings', state: 'BROKEN', problems, publish: `lotgraph map publish <file> ${REASON}` },
    ];
  return files.map(({ mapping, text }): ShippedFile => {
    const { id } = mapping.document.system;
    const published = current.get(id);
    const isSame = published !== undefined && published.textHash === digestOf(text);
    return {
      ...{ what: `mapping of ${id}`, problems: [], publish: `lotgraph map publish <file> ${REASON}` },
      state: isSame ? 'SAME' : published === undefined && current.size === 0 ? 'UNPUBLISHED' : 'DIFFERS',
    };
  });
}

async function compared(
  what: string,
  publish: string,
  published: () => Promise<string | null>,
  shipped: () => string,
): Promise<ShippedFile> {
  const problems: string[] = [];
  const inForce = await attempt(problems, published);
  const file = await attempt(problems, () => Promise.resolve(shipped()));
  if (problems.length > 0) return { what, state: 'BROKEN', problems, publish };
  const state = inForce === null ? 'UNPUBLISHED' : inForce === file ? 'SAME' : 'DIFFERS';
  return { what, state, problems, publish };
}

function documentOf(
  what: string,
  publish: string,
  { inForce, differs, problems }: DocumentStatus,
): ShippedFile {
  if (problems.length > 0) return { what, state: 'BROKEN', problems, publish };
  const state = inForce === null ? 'UNPUBLISHED' : differs === true ? 'DIFFERS' : 'SAME';
  return { what, state, problems, publish };
}
