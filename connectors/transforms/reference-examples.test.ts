/** Runs every example of the mapping reference, and holds the reference to the list of transforms. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileMapping } from '../mapping/compile-mapping';
import type { RawValue } from '../contract';
import { RECORD_TYPES } from '../../schema/records/record-types';
import schema from '../../schema/mappings/mapping.schema.json';
import { runSteps } from '../test-support';
import { TRANSFORMS } from './registry';
import { Failure } from './transform';

const reference = readFileSync('docs/guides/mapping-reference.md', 'utf8');

const examples = [...reference.matchAll(/^\| `(\w+)` \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$/gmu)].map(
  ([, name = '', step = '', from = '', gives = '']) => ({ name, step, from, gives }),
);

function outcome(step: string, from: string): string {
  const result = runSteps([parse(step)], JSON.parse(from) as RawValue);
  return result instanceof Failure ? `reject ${result.code}` : JSON.stringify(result);
}

describe('the mapping reference', () => {
  test.each(examples)('$step of $from gives $gives', ({ step, from, gives }) => {
    expect(outcome(step, from)).toBe(gives);
  });

  test('has an example of every transform and names no other', () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(TRANSFORMS.keys()));
  });

  test('shows a whole mapping that compiles', () => {
    const yaml = /```yaml\n(.*?)```/su.exec(reference)?.[1] ?? '';
    expect(compileMapping('example.yaml', yaml).problems).toEqual([]);
  });
});

describe('the published JSON Schema', () => {
  const step = schema.$defs.step;
  const bare = [...TRANSFORMS.values()]
    .filter((definition) => definition.bare === true)
    .map(({ name }) => name);

  test('lets exactly those transforms stand alone that need no options', () => {
    expect([...step.then.enum].sort()).toEqual(bare.sort());
  });

  test('names every record type', () => {
    expect(schema.$defs.stream.properties.recordType.enum).toEqual(Object.keys(RECORD_TYPES));
  });

  test('names every transform, alone or with options', () => {
    const named = new Set([...step.then.enum, ...Object.keys(step.else.properties)]);
    expect(named).toEqual(new Set(TRANSFORMS.keys()));
  });
});
