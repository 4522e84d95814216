/** The controlled documents about the stitched copy, which lean on one another: standards name owners of the rules. */
import type { EntityManager } from 'typeorm';
import {
  ControlledDocument,
  type ControlledDocumentOptions,
} from '../controls/controlled-documents/controlled-document';
import type { Dictionary } from '../platform/dictionary/dictionary';
import { completenessDocument } from './completeness/completeness-document';
import type { CompletenessRules } from './completeness/completeness-rule';
import { STANDARDS_NAME } from './data-quality/load-standards';
import type { QualityStandards } from './data-quality/standard';
import { ownersNamedIn, standardsDocument } from './data-quality/standards-document';
import type { ConsistencyRules, RuleOwner } from './rules/consistency-rule';
import { rulesDocument } from './rules/rules-document';

export interface CanonicalDocuments {
  /** What systems must agree on, as it was published. */
  readonly consistencyRules: ControlledDocument<ConsistencyRules>;
  /** What is asked of the quality of the data, as it was published. */
  readonly qualityStandards: ControlledDocument<QualityStandards>;
  /** What must be known about a lot before it is released, as it was published. */
  readonly completenessRules: ControlledDocument<CompletenessRules>;
}

export interface OpenDocumentsOptions extends ControlledDocumentOptions {
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
  readonly dictionary: Dictionary;
}

/** Opens the documents; reads no table yet. */
export function openDocuments(options: OpenDocumentsOptions): CanonicalDocuments {
  const { root, dictionary } = options;
  const consistencyRules: ControlledDocument<ConsistencyRules> = new ControlledDocument(
    options,
    rulesDocument(root, dictionary, (manager) => ownersNamed(qualityStandards, manager)),
  );
  const qualityStandards: ControlledDocument<QualityStandards> = new ControlledDocument(
    options,
    standardsDocument(root, dictionary, (manager) => ownersOf(consistencyRules, manager)),
  );
  const completenessRules = new ControlledDocument(options, completenessDocument(root, dictionary));
  return { consistencyRules, qualityStandards, completenessRules };
}

/** Those whom the rules in force name, or those that the first start will publish. */
async function ownersOf(
  document: ControlledDocument<ConsistencyRules>,
  manager: EntityManager,
): Promise<readonly RuleOwner[]> {
  const published = await document.currentWithin(manager);
  return document.kind.compile(published?.texts ?? document.kind.read()).owners;
}

async function ownersNamed(
  document: ControlledDocument<unknown>,
  manager: EntityManager,
): Promise<ReadonlySet<string>> {
  const published = await document.currentWithin(manager);
  return published === null ? new Set() : ownersNamedIn(published.texts[STANDARDS_NAME] ?? '');
}
