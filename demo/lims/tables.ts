// The LIMS has no tables of its own worth the name: an object store with a few catalogue indexes.
import { parseColumns } from '../columns';
import type { Table } from '../columns';

export const OBJECTS: Table = {
  name: 'object',
  columns: parseColumns(
    `uid portal_type id* title review_state created modified* client_reference* client_sample_id*
     request_uid* batch_uid* path body`,
    { d: 'text' },
  ),
};

/** Lists are of one type, sorted by a stamp: these keep deep pages quick. */
export const LIST_INDEXES = [
  'CREATE INDEX object_list_created ON object (portal_type, created, uid)',
  'CREATE INDEX object_list_modified ON object (portal_type, modified, uid)',
];

const KINDS = {
  Client: 'c1',
  SampleType: 'c2',
  AnalysisService: 'c3',
  Batch: 'b1',
  AnalysisRequest: 'a1',
  Analysis: 'a2',
};
export type PortalType = keyof typeof KINDS;

export const PORTAL_TYPES = Object.keys(KINDS) as PortalType[];

/** A uid as Plone would print it. */
export const limsUid = (type: PortalType, n: number): string =>
  `${KINDS[type]}${(Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}${n.toString(16).padStart(22, '0')}`;

export const PREFIXES: Record<string, string> = {
  'Raw material': 'RAW',
  Device: 'DVC',
  'Packaged unit': 'PUN',
  'Sterile kit': 'STK',
  'Sterilisation load': 'STL',
};
