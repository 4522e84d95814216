/** A mapping file as text: parsed with positions kept, so that every problem can name its line and column. */
import { YamlFile, type YamlPath } from '../../platform/yaml-file';

export type DocumentPath = YamlPath;

export class MappingFile extends YamlFile {
  constructor(name: string, text: string) {
    // streams share fields by `<<: *fields` and add their own
    super(name, text, { merge: true });
  }
}
