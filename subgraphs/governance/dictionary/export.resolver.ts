/** Hands the dictionary out in formats of others; each export stands in the trail with what it held. */
import { Ctx, Directive, Int, ObjectType, Resolver } from 'type-graphql';
import { SyncRunRow } from '../../../canonical/entities/source.entity';
import type { ExportParts, ExportedFile } from '../../../canonical/lineage/exported-file';
import { exportOdcs } from '../../../canonical/lineage/export-odcs';
import type * as Workbook from '../../../canonical/lineage/export-workbook';
import { type FinishedRun, exportOpenLineage } from '../../../canonical/lineage/export-openlineage';
import { actorOf } from '../../../controls/audit/audit-entry';
import { digestOf } from '../../../controls/integrity/digest';
import { enumOf } from '../../../platform/graphql/enums';
import { AccessRule, TermArg, TermField, TermMutation } from '../../../platform/graphql/term-field';
import type { GovernanceContext } from '../context';

type Format = 'ODCS' | 'OPENLINEAGE' | 'XLSX';
export const ExportFormat = enumOf('ExportFormat', ['ODCS', 'OPENLINEAGE', 'XLSX']);

@AccessRule('export')
@ObjectType('ExportedFile')
export class ExportedFileType {
  @TermField(() => String, 'export.name', { nullable: false }) name!: string;
  @TermField(() => String, 'export.mediaType') mediaType!: string;
  @TermField(() => String, 'export.hash') hash!: string;
  @TermField(() => Int, 'export.rows') rows!: number;
  @TermField(() => String, 'export.content') content!: string;
}

@AccessRule('export')
@ObjectType('ExportDictionaryPayload')
export class ExportDictionaryPayload {
  @TermField(() => [ExportedFileType], 'export.files') files!: readonly ExportedFileType[];
}

@Resolver()
export class ExportResolver {
  @TermMutation(() => ExportDictionaryPayload, 'mutation.exportDictionary')
  @Directive('@access(rule: "mutation.exportDictionary")')
  async exportDictionary(
    @TermArg('format', () => ExportFormat, 'mutation.exportDictionary.format') format: Format,
    @Ctx() context: GovernanceContext,
  ): Promise<ExportDictionaryPayload> {
    const files = (await makeFiles(context, format)).map((file) => ({
      ...file,
      hash: digestOf(file.content),
    }));
    // no entry, no file
    await context.services.controls.auditWriter.write([
      {
        actor: actorOf(context.caller, context.requestId),
        act: {
          ...{ action: 'data.export', outcome: 'DONE', object: { type: 'dictionary', id: format } },
          policyVersion: context.policyVersion,
          facts: {
            rows: files.reduce((sum, { rows }) => sum + rows, 0),
            files: files.map(({ name, rows, hash }) => ({ name, rows, hash })),
          },
        },
      },
    ]);
    return Object.assign(new ExportDictionaryPayload(), {
      files: files.map(({ content, ...file }) =>
        Object.assign(new ExportedFileType(), { ...file, content: content.toString('base64') }),
      ),
    });
  }
}

async function makeFiles(context: GovernanceContext, format: Format): Promise<ExportedFile[]> {
  const parts: ExportParts = {
    dictionary: context.services.dictionary,
    coordinates: await context.coordinates(),
    lineage: await context.lineage(),
    subgraphs: await context.subgraphSdls(),
    now: context.now,
    version: await context.productVersion(),
  };
  if (format === 'ODCS') return exportOdcs(parts);
  if (format === 'OPENLINEAGE') return exportOpenLineage(parts, await lastRuns(context));
  // loaded when it is asked for
  const { exportWorkbook } = workbook();
  return await exportWorkbook(parts);
}

function workbook(): typeof Workbook {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only who asks for a workbook pays for it
  return require('../../../canonical/lineage/export-workbook') as typeof Workbook;
}

/** The last run of each system that has ended. */
async function lastRuns(context: GovernanceContext): Promise<FinishedRun[]> {
  const rows = await context.services.database.reader
    .createQueryBuilder(SyncRunRow, 'r')
    .where((query) => {
      const last = query
        .subQuery()
        .select('MAX(o.pk)')
        .from(SyncRunRow, 'o')
        .where("o.state IN ('SUCCEEDED', 'FAILED')")
        .groupBy('o.system')
        .getQuery();
      return `r.pk IN ${last}`;
    })
    .orderBy('r.system')
    .getMany();
  return rows.flatMap(({ pk, system, state, finishedAt }) =>
    finishedAt === null ? [] : [{ id: pk, system, succeeded: state === 'SUCCEEDED', finishedAt }],
  );
}
