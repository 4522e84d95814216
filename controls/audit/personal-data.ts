/**
 * Encrypts what an entry says about a person under a key of that person. Destroying the key makes the words
 * unreadable everywhere, and breaks no hash: hashes cover the ciphertext.
 */
import type { EntityManager } from 'typeorm';

export interface PersonalData {
  /** Ciphertext (with key id and algorithm) of the words about `person`; null for no words. */
  seal(
    manager: EntityManager,
    person: string,
    words: Readonly<Record<string, string>>,
  ): Promise<string | null>;
  /** The words again; null when the person's key was destroyed. */
  open(
    manager: EntityManager,
    person: string,
    sealed: string,
  ): Promise<Readonly<Record<string, string>> | null>;
}
