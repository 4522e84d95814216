/** JSONata: the last resort for a value that no chain of transforms makes. Deterministic, bounded, without I/O. */
import jsonata from 'jsonata';
import type { RawValue } from '../contract';
import { JsonataRunner } from './jsonata-worker';
import { Failure, transform } from './transform';

interface JsonataOptions {
  readonly expression: string;
  /** Variable → the column or path that it stands for. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}

const TIMEOUT_MS = 50;

/** One thread for all mappings of a process, started by the first row that needs it. */
export const runner = new JsonataRunner();

export const jsonataTransforms = [
  transform<string | JsonataOptions>({
    name: 'jsonata',
    input: 'any',
    output: 'any',
    takesNull: true,
    compile: (given, { column, problem }) => {
      const {
        expression,
        columns = {},
        timeout = TIMEOUT_MS,
      } = typeof given === 'string' ? { expression: given } : given;
      const wrong = syntaxProblem(expression);
      if (wrong !== null) problem(`not a JSONata expression: ${wrong}`);
      const variables = Object.entries(columns).map(([name, reference]) => ({
        name,
        get: column(reference, ['columns', name]),
      }));
      return (value, { row }) => {
        const bound: Record<string, RawValue> = {};
        for (const { name, get } of variables) bound[name] = get(row);
        const result = runner.evaluate(expression, value, bound, timeout);
        if ('value' in result) return result.value;
        return new Failure('BAD_TEXT', `the expression ${result.error}`);
      };
    },
  }),
];

function syntaxProblem(expression: string): string | null {
  try {
    jsonata(expression);
    return null;
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    return `${message ?? 'unreadable'}${position === undefined ? '' : ` (at ${position})`}`;
  }
}
