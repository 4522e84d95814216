/** The mappings that lineage is told from: those that were published, or, where none was, those that came along. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadMappings } from '../../connectors/load-mappings';
import type { CompiledMapping } from '../../connectors/mapping/compile-mapping';
import { attributeFieldsOf } from '../../platform/dictionary/attributes';
import type { Coordinates } from '../../platform/graphql/term-coordinates';
import { MappingVersions, type MappingVersionsOptions } from '../mappings/mapping-versions';
import { LineageIndex } from './lineage-index';

export interface LineageServices extends MappingVersionsOptions {
  /** Folder of the project, where `schema/` stands. */
  readonly root: string;
}

/** Makes the index, anew only after a mapping was published. */
export class LineageReader {
  readonly #versions: MappingVersions;
  #made: { readonly key: string; readonly index: LineageIndex } | null = null;

  constructor(
    private readonly services: LineageServices,
    private readonly coordinates: () => Promise<Coordinates>,
  ) {
    this.#versions = new MappingVersions(services);
  }

  /** Throws ConfigError when a published mapping is not what was published. */
  async index(): Promise<LineageIndex> {
    const key = JSON.stringify([...(await this.#versions.numbers())]);
    if (this.#made?.key !== key) {
      const { dictionary } = this.services;
      const parts = { dictionary, coordinates: await this.coordinates(), mappings: await this.#mappings() };
      this.#made = { key, index: new LineageIndex(parts) };
    }
    return this.#made.index;
  }

  async #mappings(): Promise<readonly CompiledMapping[]> {
    const published = [...(await this.#versions.current()).values()];
    if (published.length > 0) return published.map((one) => this.#versions.compiled(one));
    const shipped = path.join(this.services.root, 'schema', 'mappings');
    return existsSync(shipped) ? loadMappings(shipped, attributeFieldsOf(this.services.dictionary)) : [];
  }
}
