/** What the resolvers of this subgraph find in their context: the request, the services and the loaders. */
import type { Completeness } from '../../canonical/completeness/assess';
import { completenessOf } from '../../canonical/completeness/lot-completeness';
import { DispositionRow, InspectionResultRow, InspectionRow } from '../../canonical/entities/quality.entity';
import { LotRow } from '../../canonical/entities/lot.entity';
import type { SourceRef } from '../../canonical/reads';
import { type RowScope, rowScopeOf } from '../../canonical/scope/row-scope';
import { type LotVisibility, lotVisibility, scopedRowLoader } from '../../canonical/scope/scoped-loaders';
import type { SubgraphServices } from '../../canonical/subgraph-services';
import type { Language, RequestContext } from '../../platform/request';
import { type OwnDecision, ownDecisions } from '../../canonical/acts/own-decisions';
import type { CommandView } from '../../controls/outbox/outbox';
import type { SignatureView } from '../../controls/sign-off/views';
import { groupBy } from '../../platform/collections';
import type { RecordType } from '../../schema/records/record-types';
import type { EntityManager } from 'typeorm';
import type { Database } from '../../platform/database/database';
import { type Loader, batchLoader, groupLoader } from '../../platform/graphql/batching';
import { type ConcernedInspection, inspectionsOfLotLoader } from './inspection/inspections-of-lot.loader';

export interface QualityLoaders {
  readonly lot: Loader<number, LotRow | null>;
  readonly inspection: Loader<number, InspectionRow | null>;
  readonly inspectionByRef: Loader<string, InspectionRow | null>;
  readonly inspectionsOfLot: Loader<number, readonly ConcernedInspection[]>;
  readonly resultsOfInspection: Loader<string, readonly InspectionResultRow[]>;
  readonly resultByRef: Loader<string, InspectionResultRow | null>;
  readonly dispositionsOfLot: Loader<number, readonly DispositionRow[]>;
  /** Decisions about a lot that were signed here, by its public id. */
  readonly ownDecisions: Loader<string, readonly OwnDecision[]>;
  /** Signatures of a proposal, in the caller's language. */
  readonly signatures: Loader<string, readonly SignatureView[]>;
  /** Commands that followed from a proposal. */
  readonly commands: Loader<string, readonly CommandView[]>;
  /** Null for a lot that is gone. */
  readonly completeness: Loader<number, Completeness | null>;
  readonly source: Loader<number, SourceRef | null>;
  /** Names of persons that golden rows hold sealed; null where the person was erased. */
  readonly person: Loader<string, string | null>;
}

export interface QualityContext extends RequestContext {
  readonly services: SubgraphServices;
  /** Rows that the caller may see; null when there is no limit. */
  readonly scope: RowScope | null;
  readonly canSeeLot: LotVisibility;
  readonly loaders: QualityLoaders;
  /** Notes in the source report that copies of these record types were read. */
  reportCopies(...types: readonly RecordType[]): Promise<void>;
}

/** Makes the context of one request. */
export function createQualityContext(services: SubgraphServices, request: RequestContext): QualityContext {
  const scope = rowScopeOf(request.caller);
  const reported = new Map<string, Promise<void>>();
  const context: QualityContext = {
    ...request,
    services,
    scope,
    canSeeLot: lotVisibility(services.database, scope),
    loaders: createLoaders(services, scope, request),
    reportCopies: (...types) => {
      const key = types.join();
      const report = reported.get(key) ?? services.canonical.reportCopies(context, types);
      reported.set(key, report);
      return report;
    },
  };
  return context;
}

/**
 * The context of an act: it reads through the act's transaction alone, and sees everything about the lot, whatever its
 * caller is limited to. The lot itself was looked for within the caller's rows before.
 */
export function contextOfAct(context: QualityContext, manager: EntityManager): QualityContext {
  const database = { reader: manager } as Database;
  const services: SubgraphServices = { ...context.services, database };
  const own = { services, scope: null, canSeeLot: lotVisibility(database, null) };
  return Object.assign(Object.create(context) as QualityContext, own, {
    loaders: createLoaders(services, null, context),
    // freshness is judged by the act itself
    reportCopies: () => Promise.resolve(),
  });
}

function createLoaders(
  services: SubgraphServices,
  scope: RowScope | null,
  { language, now }: Pick<RequestContext, 'language' | 'now'>,
): QualityLoaders {
  const { database, canonical } = services;
  return {
    lot: scopedRowLoader(database, scope, LotRow, 'pk', (rows, alias) => rows.lot(alias)),
    inspection: scopedRowLoader(database, scope, InspectionRow, 'pk', (rows, alias) =>
      rows.inspection(alias),
    ),
    inspectionByRef: scopedRowLoader(database, scope, InspectionRow, 'ref', (rows, alias) =>
      rows.inspection(alias),
    ),
    inspectionsOfLot: inspectionsOfLotLoader(database),
    resultsOfInspection: groupLoader(database, InspectionResultRow, 'inspectionRef', 'pk'),
    resultByRef: scopedRowLoader(database, scope, InspectionResultRow, 'ref', (rows, alias) =>
      rows.inspectionResult(alias),
    ),
    dispositionsOfLot: groupLoader(database, DispositionRow, 'lotPk', 'pk'),
    completeness: batchLoader<number, Completeness | null>(async (pks) => {
      const { compiled } = await services.completenessRules.current();
      return await completenessOf({ manager: database.reader, canonical, scope, now }, compiled, pks);
    }, null),
    ...ownLoaders(services, language),
    source: batchLoader<number, SourceRef | null>((pks) => canonical.sourcesOf(pks), null),
    person: batchLoader<string, string | null>(
      (values) => services.controls.sourcePersons.open(database.reader, values),
      null,
    ),
  };
}

type OwnLoaders = Pick<QualityLoaders, 'ownDecisions' | 'signatures' | 'commands'>;

function ownLoaders({ database, controls }: SubgraphServices, language: Language): OwnLoaders {
  const { reader } = database;
  return {
    ownDecisions: batchLoader<string, readonly OwnDecision[]>(
      async (lots) => groupBy(await ownDecisions(reader, lots), ({ lot }) => lot),
      [],
    ),
    signatures: batchLoader<string, readonly SignatureView[]>(
      (proposals) => controls.signOff.signaturesOf(reader, proposals, language),
      [],
    ),
    commands: batchLoader<string, readonly CommandView[]>(
      async (proposals) =>
        groupBy(await controls.outbox.commandsOf(reader, 'proposalId', proposals), (one) => one.proposalId),
      [],
    ),
  };
}
