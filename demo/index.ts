// What tests use of the legacy systems.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Planted } from './story/model';

export { prepareStory, readManifest } from './prepare';
export type { Manifest, PrepareOptions } from './prepare';
export { startErp, ERP_TOKEN } from './erp/server';
export { startWms, WMS_LOGIN } from './wms/server';
export { startLims, LIMS_LOGIN } from './lims/server';
export type { Running } from './simulator';
export type { Planted } from './story/model';
export { EXAMPLE } from './story/numbering';

/** The mess that was planted, as told to tests only. */
export const readPlanted = (dir: string): Planted[] =>
  JSON.parse(readFileSync(join(dir, 'planted.json'), 'utf8')) as Planted[];
