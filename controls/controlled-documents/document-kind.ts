/**
 * Controlled documents: files that decide who is alarmed, who gets a role and what is checked. They count only as they were
 * published. A kind says which files they are, what they mean, and which changes of them are weaker.
 */
import type { EntityManager } from 'typeorm';
import { digestOfJson } from '../integrity/digest';

/** The files of a document: text by name. */
export type DocumentTexts = Readonly<Record<string, string>>;

export type DocumentId =
  'consistencyRules' | 'qualityStandards' | 'completenessRules' | 'alarmRules' | 'claims';

/** How much a role matters under the access policy in force; one that it does not know is of high risk. */
export type RoleRisk = (role: string) => 'low' | 'high';

/** A place where two documents differ; `null` stands for nothing. */
export interface DocumentChange {
  readonly place: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Two people sign for it. */
  readonly weakens: boolean;
}

export interface DocumentKind<T> {
  readonly id: DocumentId;
  /** The files as they stand now; nothing of them counts before it is published. Throws ConfigError. */
  read(): DocumentTexts;
  /** Throws ConfigError with every problem, each with file and line. */
  compile(texts: DocumentTexts): T;
  /**
   * Holds texts that compile against other documents in force. Asked before they are published, never when they are run:
   * what is in force goes on whatever becomes of another document. Rejects with ConfigError.
   */
  checkBeside?(texts: DocumentTexts, manager: EntityManager): Promise<void>;
  /** What differs between two documents that compile. */
  changes(before: DocumentTexts, after: DocumentTexts, riskOf: RoleRisk): DocumentChange[];
}

/** Always SHA-256, whatever records are hashed with: the same files must give the same version everywhere. */
export const versionOf = (id: DocumentId, texts: DocumentTexts): string =>
  digestOfJson({ document: id, texts }, 'sha256');
