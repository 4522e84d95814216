/** The dictionary as a workbook that a data steward can read, in English and Chinese; texts are never formulas. */
import writeXlsxFile, { type Cell, type SheetData } from 'write-excel-file/node';
import type { Term } from '../../platform/dictionary/dictionary';
import { dataFlows } from './data-flow';
import type { ExportParts, ExportedFile } from './exported-file';

type Value = string | number | null;

interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly value: (row: T) => Value;
}

/** More characters a cell cannot hold. */
const MOST_IN_CELL = 32_767;

export async function exportWorkbook(parts: ExportParts): Promise<ExportedFile[]> {
  const terms = parts.dictionary.list();
  const values = terms.flatMap((term) => term.values.map((value) => ({ term: term.id, ...value })));
  const { columns } = parts.lineage;
  const flows = dataFlows(parts.dictionary, parts.lineage);
  const content = await writeXlsxFile([
    sheet('Terms 术语', termColumns(parts), terms),
    sheet('Values 取值', VALUE_COLUMNS, values),
    sheet('Lineage 血缘', LINEAGE_COLUMNS, columns),
    sheet('Data flow 数据流', FLOW_COLUMNS, flows),
  ]).toBuffer();
  return [
    {
      name: 'dictionary.xlsx',
      mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      content,
      rows: terms.length + values.length + columns.length + flows.length,
    },
  ];
}

function sheet<T>(name: string, columns: readonly Column<T>[], rows: readonly T[]) {
  const head = columns.map(({ title }): Cell => ({ value: title, type: String, fontWeight: 'bold' }));
  const data: SheetData = [head, ...rows.map((row) => columns.map(({ value }) => cellOf(value(row))))];
  return { sheet: name, data, columns: columns.map(({ width }) => ({ width })), stickyRowsCount: 1 };
}

/** Text is written as text, whatever it begins with. */
function cellOf(value: Value): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'number') return { value, type: Number };
  return { value: value.slice(0, MOST_IN_CELL), type: String, wrap: true };
}

const list = (values: readonly string[]): string => values.join('\n');

function termColumns({ lineage }: ExportParts): Column<Term>[] {
  return [
    { title: 'Id 标识', width: 28, value: ({ id }) => id },
    { title: 'Group 分组', width: 14, value: ({ group }) => group },
    { title: 'Name (en) 英文名', width: 24, value: ({ name }) => name.en },
    { title: 'Name (zh) 中文名', width: 18, value: ({ name }) => name.zh },
    { title: 'Definition (en) 英文定义', width: 50, value: ({ definition }) => definition.en },
    { title: 'Definition (zh) 中文定义', width: 40, value: ({ definition }) => definition.zh },
    { title: 'Type 类型', width: 10, value: ({ type }) => type },
    { title: 'Unit 单位', width: 8, value: ({ unit }) => unit },
    { title: 'Format 格式', width: 10, value: ({ format }) => format },
    { title: 'Null means (en) 空值含义', width: 24, value: ({ nullMeaning }) => nullMeaning?.en ?? null },
    { title: 'Null means (zh) 空值含义', width: 20, value: ({ nullMeaning }) => nullMeaning?.zh ?? null },
    { title: 'Time zone 时区', width: 18, value: ({ timeZone }) => timeZone },
    { title: 'Example 示例', width: 16, value: ({ example }) => example },
    { title: 'Class 密级', width: 12, value: ({ classification }) => classification },
    { title: 'Regulated 受控', width: 10, value: ({ regulated }) => (regulated ? 'yes 是' : 'no 否') },
    { title: 'Owner 负责部门', width: 16, value: ({ owner }) => owner },
    { title: 'Steward 管理员', width: 16, value: ({ steward }) => steward },
    { title: 'Status 状态', width: 10, value: ({ status }) => status },
    { title: 'Version 版本', width: 8, value: ({ version }) => version },
    { title: 'Change reason 变更原因', width: 24, value: ({ changeReason }) => changeReason },
    { title: 'Removed on 移除日期', width: 12, value: ({ deprecation }) => deprecation?.removeOn ?? null },
    { title: 'Synonyms (en) 英文同义词', width: 24, value: ({ synonyms }) => list(synonyms.en) },
    { title: 'Synonyms (zh) 中文同义词', width: 20, value: ({ synonyms }) => list(synonyms.zh) },
    { title: 'Precedence 优先级', width: 16, value: ({ precedence }) => precedence.join(' > ') },
    {
      title: 'Quality rules 质量规则',
      width: 24,
      value: ({ qualityRules }) => list(qualityRules.map(({ en }) => en)),
    },
    { title: 'Retention 保存期限', width: 16, value: ({ retention }) => retention },
    { title: 'References 法规依据', width: 28, value: ({ references }) => list(references) },
    { title: 'Coordinates 图中位置', width: 32, value: ({ id }) => list(lineage.coordinatesOf(id)) },
  ];
}

const VALUE_COLUMNS: Column<{ term: string; code: string; name: Term['name'] }>[] = [
  { title: 'Term 术语', width: 28, value: ({ term }) => term },
  { title: 'Code 代码', width: 20, value: ({ code }) => code },
  { title: 'Name (en) 英文名', width: 24, value: ({ name }) => name.en },
  { title: 'Name (zh) 中文名', width: 20, value: ({ name }) => name.zh },
];

const LINEAGE_COLUMNS: Column<ExportParts['lineage']['columns'][number]>[] = [
  { title: 'Term 术语', width: 28, value: ({ term }) => term },
  { title: 'System 系统', width: 12, value: ({ system }) => system },
  { title: 'Precedence 优先级', width: 10, value: ({ precedence }) => precedence },
  { title: 'Stream 数据流', width: 18, value: ({ stream }) => stream },
  { title: 'Resource 表或接口', width: 24, value: ({ resource }) => resource },
  { title: 'Column 列', width: 24, value: ({ column }) => column },
  { title: 'Kind 方式', width: 10, value: ({ kind }) => kind },
  { title: 'Transforms 转换', width: 24, value: ({ transforms }) => transforms.join(' → ') },
  { title: 'Place 位置', width: 32, value: ({ file, line }) => `${file}:${line}` },
];

const FLOW_COLUMNS: Column<ReturnType<typeof dataFlows>[number]>[] = [
  { title: 'System 系统', width: 12, value: ({ system }) => system },
  { title: 'Resource 表或接口', width: 28, value: ({ resource }) => resource },
  { title: 'Stream 数据流', width: 18, value: ({ stream }) => stream },
  { title: 'Record type 记录类型', width: 18, value: ({ recordType }) => recordType },
  { title: 'Columns 列数', width: 10, value: ({ columns }) => columns },
  { title: 'Terms 术语数', width: 10, value: ({ terms }) => terms },
  { title: 'Class 密级', width: 14, value: ({ classification }) => classification },
  { title: 'Coordinates 图中位置', width: 40, value: ({ coordinates }) => list(coordinates) },
];
