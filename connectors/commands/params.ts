/** Query parameters of commands and of the readings that confirm them. */
import type { Template } from '../mapping/document';
import type { CompileContext } from '../transforms/transform';
import { compileTemplate, OMITTED, type TemplateValues } from './template';

export type FillParams = (values: TemplateValues) => [string, string][];

/** Query parameters; a list or object goes as JSON, so that a value inside it stays a value. */
export function compileParams(
  params: Readonly<Record<string, Template>> | undefined,
  known: ReadonlySet<string>,
  context: CompileContext,
): FillParams {
  const parts = Object.entries(params ?? {}).map(([name, template]) => {
    const fill = compileTemplate(template, known, (m, where) =>
      context.problem(m, undefined, ['params', name, ...where]),
    );
    return [name, fill] as const;
  });
  return (values) =>
    parts.flatMap(([name, fill]) => {
      const value = fill(values);
      if (value === OMITTED) return [];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    });
}
