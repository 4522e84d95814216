/** The dictionary that is shipped, read once a suite: nothing changes it. */
import path from 'node:path';
import { type Dictionary, loadDictionary } from '../../platform/dictionary/dictionary';

let kept: Dictionary | null = null;

export function shippedDictionary(): Dictionary {
  return (kept ??= loadDictionary(path.join(__dirname, '../../schema/dictionary/terms')));
}
