/** Looking at a source and trying a mapping on it, without writing anything. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { ColumnProfile, ResourceProfile } from '../../../connectors/inspect/source-profile';
import type { Suggestion, SuggestedStream } from '../../../connectors/suggest/suggest-mapping';
import type { CheckReport, CheckedStream } from '../../../connectors/workbench/check/check-mapping';
import type { CheckFinding } from '../../../connectors/workbench/check/finding';
import type { PreviewField, PreviewRow, PreviewStream } from '../../../connectors/workbench/preview';
import { enumOf } from '../../../platform/graphql/enums';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';

export const PreviewOutcome = enumOf('PreviewOutcome', ['RECORD', 'VOID', 'REJECTED']);
export const CheckSeverity = enumOf('CheckSeverity', ['ERROR', 'WARNING', 'INFO']);

@AccessRule('workbench')
@ObjectType('SourceColumn')
export class SourceColumnType {
  @TermField(() => String, 'sourceColumn.name', { nullable: false }) name!: string;
  @TermField(() => String, 'sourceColumn.type') type!: string;
  @TermField(() => Boolean, 'sourceColumn.nullable') nullable!: boolean | null;
  @TermField(() => String, 'sourceColumn.comment') comment!: string | null;
  @TermField(() => Int, 'sourceColumn.keyPart') keyPart!: number;
  @TermField(() => String, 'sourceColumn.references') references!: string | null;
  @TermField(() => Float, 'sourceColumn.nullRate') nullRate!: number | null;
  @TermField(() => Int, 'sourceColumn.distinct') distinct!: number | null;
  @TermField(() => Int, 'sourceColumn.sampled') sampled!: number;
  @TermField(() => [String], 'sourceColumn.samples') samples!: readonly string[];
  @TermField(() => [String], 'sourceColumn.patterns') patterns!: readonly string[];

  static from({ references, patterns, ...column }: ColumnProfile): SourceColumnType {
    return Object.assign(new SourceColumnType(), {
      ...column,
      references: references === null ? null : `${references.resource}.${references.column}`,
      patterns: patterns.map(({ pattern, share }) => `${pattern} ${Math.round(share * 100)} %`),
    });
  }
}

@AccessRule('workbench')
@ObjectType('SourceResource')
export class SourceResourceType {
  @TermField(() => String, 'sourceResource.name', { nullable: false }) name!: string;
  @TermField(() => String, 'sourceResource.kind') kind!: string;
  @TermField(() => String, 'sourceResource.comment') comment!: string | null;
  @TermField(() => Float, 'sourceResource.rows') rows!: number | null;
  @TermField(() => Boolean, 'sourceResource.rowsExact') rowsExact!: boolean;
  @TermField(() => [[String]], 'sourceResource.unique') unique!: readonly (readonly string[])[];
  @TermField(() => [SourceColumnType], 'sourceResource.columns') columns!: readonly SourceColumnType[];

  static from(profile: Partial<ResourceProfile>): SourceResourceType {
    const columns = (profile.columns ?? []).map((column) => SourceColumnType.from(column));
    return Object.assign(new SourceResourceType(), { unique: [], ...profile, columns });
  }
}

@AccessRule('workbench')
@ObjectType('SuggestedStream')
export class SuggestedStreamType {
  @TermField(() => String, 'suggestedStream.name', { nullable: false }) name!: string;
  @TermField(() => String, 'suggestedStream.resource') resource!: string;
  @TermField(() => String, 'suggestedStream.recordType') recordType!: string;
  @TermField(() => Float, 'suggestedStream.confidence') confidence!: number;
  @TermField(() => String, 'suggestedStream.leftOut') leftOut!: string | null;
}

@AccessRule('workbench')
@ObjectType('MappingSuggestion')
export class MappingSuggestionType {
  @TermField(() => String, 'mappingSuggestion.text', { nullable: false }) text!: string;
  @TermField(() => Boolean, 'mappingSuggestion.compiles') compiles!: boolean;
  @TermField(() => Int, 'mappingSuggestion.todos') todos!: number;
  @TermField(() => [String], 'mappingSuggestion.unrecognised') unrecognised!: readonly string[];
  @TermField(() => [SuggestedStreamType], 'mappingSuggestion.streams')
  streams!: readonly SuggestedStreamType[];

  static from({ streams, ...suggestion }: Suggestion): MappingSuggestionType {
    return Object.assign(new MappingSuggestionType(), {
      ...suggestion,
      streams: streams.map((one: SuggestedStream) => Object.assign(new SuggestedStreamType(), one)),
    });
  }
}

@AccessRule('workbench')
@ObjectType('PreviewStep')
export class PreviewStepType {
  @TermField(() => String, 'previewStep.step', { nullable: false }) step!: string;
  @TermField(() => String, 'previewStep.value') value!: string | null;
  @TermField(() => String, 'previewStep.problem') problem!: string | null;
}

@AccessRule('workbench')
@ObjectType('PreviewField')
export class PreviewFieldType {
  @TermField(() => String, 'previewField.name', { nullable: false }) name!: string;
  @TermField(() => String, 'previewField.raw') raw!: string | null;
  @TermField(() => String, 'previewField.value') value!: string | null;
  @TermField(() => String, 'previewField.problem') problem!: string | null;
  @TermField(() => [PreviewStepType], 'previewField.steps') steps!: readonly PreviewStepType[];

  static from({ name, raw, value, problem, steps }: PreviewField): PreviewFieldType {
    return Object.assign(new PreviewFieldType(), {
      ...{ name, raw, value: value === null ? null : String(value) },
      problem: problem === null ? null : `${problem.code}: ${problem.message}`,
      steps: steps.map((step) => Object.assign(new PreviewStepType(), step)),
    });
  }
}

@AccessRule('workbench')
@ObjectType('PreviewRow')
export class PreviewRowType {
  @TermField(() => String, 'previewRow.key') key!: string | null;
  @TermField(() => PreviewOutcome, 'previewRow.outcome', { nullable: false }) outcome!: string;
  @TermField(() => String, 'previewRow.reason') reason!: string | null;
  @TermField(() => String, 'previewRow.code') code!: string | null;
  @TermField(() => String, 'previewRow.field') field!: string | null;
  @TermField(() => [String], 'previewRow.notes') notes!: readonly string[];
  @TermField(() => [PreviewFieldType], 'previewRow.fields') fields!: readonly PreviewFieldType[];

  static from({ key, outcome, reason, code, field, notes, fields }: PreviewRow): PreviewRowType {
    return Object.assign(new PreviewRowType(), {
      ...{ key, outcome, reason, code, field },
      notes: notes.map((note) => `${note.rule} ${note.field}: ${note.raw}`),
      fields: fields.map((one) => PreviewFieldType.from(one)),
    });
  }
}

@AccessRule('workbench')
@ObjectType('MappingPreview')
export class MappingPreviewType {
  @TermField(() => String, 'mappingPreview.stream', { nullable: false }) stream!: string;
  @TermField(() => String, 'mappingPreview.part') part!: string | null;
  @TermField(() => String, 'mappingPreview.recordType') recordType!: string;
  @TermField(() => [PreviewRowType], 'mappingPreview.rows') rows!: readonly PreviewRowType[];

  static from({ stream, part, recordType, rows }: PreviewStream): MappingPreviewType {
    const shown = rows.map((row) => PreviewRowType.from(row));
    return Object.assign(new MappingPreviewType(), { stream, part, recordType, rows: shown });
  }
}

@AccessRule('workbench')
@ObjectType('CheckedStream')
export class CheckedStreamType {
  @TermField(() => String, 'checkedStream.name', { nullable: false }) name!: string;
  @TermField(() => Int, 'checkedStream.read') read!: number;
  @TermField(() => Int, 'checkedStream.records') records!: number;
  @TermField(() => Int, 'checkedStream.voids') voids!: number;
  @TermField(() => Int, 'checkedStream.rejects') rejects!: number;
  @TermField(() => Boolean, 'checkedStream.complete') complete!: boolean;
}

@AccessRule('workbench')
@ObjectType('CheckFinding')
export class CheckFindingType {
  @TermField(() => CheckSeverity, 'checkFinding.severity', { nullable: false }) severity!: string;
  @TermField(() => String, 'checkFinding.check', { nullable: false }) check!: string;
  @TermField(() => Int, 'checkFinding.line') line!: number;
  @TermField(() => String, 'checkFinding.path') path!: string;
  @TermField(() => String, 'checkFinding.message') message!: string;
  @TermField(() => String, 'checkFinding.hint') hint!: string | null;
  @TermField(() => Int, 'checkFinding.count') count!: number | null;

  static from({ severity, check, line, path, message, hint, count }: CheckFinding): CheckFindingType {
    const level = severity.toUpperCase();
    return Object.assign(new CheckFindingType(), {
      severity: level,
      check,
      line,
      path,
      message,
      hint,
      count,
    });
  }
}

@AccessRule('workbench')
@ObjectType('MappingCheck')
export class MappingCheckType {
  @TermField(() => [CheckedStreamType], 'mappingCheck.streams') streams!: readonly CheckedStreamType[];
  @TermField(() => [CheckFindingType], 'mappingCheck.findings') findings!: readonly CheckFindingType[];

  static from({ streams, findings }: CheckReport): MappingCheckType {
    return Object.assign(new MappingCheckType(), {
      streams: streams.map((one: CheckedStream) => Object.assign(new CheckedStreamType(), one)),
      findings: findings.map((one) => CheckFindingType.from(one)),
    });
  }
}

export const WORKBENCH_TYPES = [
  SourceResourceType,
  SourceColumnType,
  MappingSuggestionType,
  SuggestedStreamType,
  MappingPreviewType,
  PreviewRowType,
  PreviewFieldType,
  PreviewStepType,
  MappingCheckType,
  CheckedStreamType,
  CheckFindingType,
] as const;
