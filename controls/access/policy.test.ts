/** What a policy decides, what it is told apart by, and what is refused as one. */
import path from 'node:path';
import { Dictionary, type Term } from '../../platform/dictionary/dictionary';
import type { ConfigError } from '../../platform/errors';
import { comparePolicies } from './compare-policies';
import { compilePolicy } from './compile-policy';
import { CompiledPolicy } from './compiled-policy';
import { type PolicyContent, versionOf } from './policy-content';

const ROOT = path.resolve(__dirname, '../..');

const term = (id: string, classification: Term['classification'], derivedFrom: string[] = []): Term =>
  ({ id, classification, derivedFrom }) as unknown as Term;
const dictionary = new Dictionary([
  term('lot.id', 'public'),
  term('lot.remarks', 'confidential'),
  term('lot.title', 'internal', ['lot.remarks']),
  term('result.analyst', 'restricted'),
  term('mutation.release', 'internal'),
]);

const role = (name: string, more = ''): string =>
  `  - { role: ${name}, name: { en: ${name}, zh: ${name} }, risk: low, reason: test${more} }\n`;
const ROLES = `roles:\n${role('reader')}${role('writer')}${role('guard')}`;

function compile(lines: string, roles = ROLES): PolicyContent {
  return compilePolicy(ROOT, { roles, policy: `lines:\n${lines}` }, dictionary);
}

function decisions(lines: string, roles: string[], ...ids: string[]): string[] {
  const content = compile(lines);
  const profile = new CompiledPolicy(versionOf(content), content).profile(roles);
  return ids.map((id) => profile.term(id));
}

function problemsOf(lines: string, roles = ROLES): readonly string[] {
  try {
    compile(lines, roles);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe('a policy', () => {
  test('denies what no line names, unknown terms and unknown roles', () => {
    const lines = '  - { id: a, role: reader, read: [lot.id] }';
    expect(decisions(lines, ['reader'], 'lot.id', 'lot.remarks', 'no.such', 'constructor')).toEqual([
      'READ',
      'DENY',
      'DENY',
      'DENY',
    ]);
    expect(decisions(lines, ['nobody'], 'lot.id')).toEqual(['DENY']);
    expect(decisions(lines, [], 'lot.id')).toEqual(['DENY']);
  });

  test.each([
    ['exact over group', 'read: [lot.remarks], deny: [lot.*]', 'READ'],
    ['group over class', 'mask: [lot.*], read: ["class:confidential"]', 'MASK'],
    ['class over everything', 'read: ["*"], mask: ["class:confidential"]', 'MASK'],
    [
      'deny over mask over read where they tie',
      'read: [lot.remarks], mask: [lot.remarks], deny: [lot.remarks]',
      'DENY',
    ],
    ['mask over read where they tie', 'read: [lot.remarks], mask: [lot.remarks]', 'MASK'],
  ])('lets the most specific pattern of a role decide: %s', (_what, effects, decision) => {
    expect(decisions(`  - { id: a, role: reader, ${effects} }`, ['reader'], 'lot.remarks')).toEqual([
      decision,
    ]);
  });

  test('joins roles: an explicit deny wins, then read, then mask', () => {
    const lines = `  - { id: a, role: reader, mask: [lot.remarks], read: [lot.id] }
  - { id: b, role: writer, read: [lot.remarks] }
  - { id: c, role: guard, deny: [lot.remarks] }`;
    expect(decisions(lines, ['reader'], 'lot.remarks')).toEqual(['MASK']);
    expect(decisions(lines, ['reader', 'writer'], 'lot.remarks')).toEqual(['READ']);
    expect(decisions(lines, ['reader', 'writer', 'guard'], 'lot.remarks')).toEqual(['DENY']);
  });

  test('shows of a derived term no more than of its strictest source, and says which', () => {
    const lines = `  - { id: a, role: reader, read: [lot.title], mask: [lot.remarks] }`;
    expect(decisions(lines, ['reader'], 'lot.title')).toEqual(['MASK']);
    const content = compile(lines);
    expect(new CompiledPolicy('v', content).term(['reader'], 'lot.title')).toMatchObject({
      decision: 'MASK',
      derivedFrom: 'lot.remarks',
      line: { id: 'a', pattern: 'lot.remarks', line: 2 },
    });
  });

  test('lets nobody write who may only read, and nobody read who may only write', () => {
    const content = compile(`  - { id: a, role: reader, read: ["*"] }
  - { id: b, role: writer, write: [mutation.release] }`);
    const policy = new CompiledPolicy('v', content);
    expect(policy.profile(['reader']).write('mutation.release')).toBe('DENY');
    expect(policy.profile(['writer']).write('mutation.release')).toBe('READ');
    expect(policy.profile(['writer']).term('mutation.release')).toBe('DENY');
  });

  test.each([
    ['a role that is not there', '  - { id: a, role: stranger, read: [lot.id] }', ':2 role "stranger"'],
    [
      'a term that is not there',
      '  - { id: a, role: reader, read: [lot.nubmer] }',
      ':2 "lot.nubmer" fits no term',
    ],
    ['a group that is not there', '  - { id: a, role: reader, read: [lots.*] }', ':2 "lots.*" fits no term'],
    ['what is no pattern', '  - { id: a, role: reader, read: ["lot.*.id"] }', ':2 "lot.*.id" is no pattern'],
    [
      'a set that is not there',
      '  - { id: a, role: reader, read: ["set:none"] }',
      ':2 there is no set "none"',
    ],
    ['a masked rule', '  - { id: a, role: reader, mask: ["rule:lot"] }', ':2 a rule is read or denied'],
    ['writing everything', '  - { id: a, role: reader, write: ["*"] }', ':2 write must name terms'],
    ['an unknown word', '  - { id: a, role: reader, raed: [lot.id] }', 'additional properties "raed"'],
    [
      'a line that stands twice',
      '  - { id: a, role: reader, read: [lot.id] }\n  - { id: a, role: reader, read: [lot.id] }',
      ':3 line "a" stands here twice',
    ],
    ['what is no YAML', '  - { id: a, role: reader, read: [lot.id }', 'policy.yaml:'],
  ])('is refused with file and line for %s', (_what, lines, problem) => {
    const found = problemsOf(lines).map((one) => one.replace(/^([^:]+:\d+):\d+ (?:[\w.]+: )?/, '$1 '));
    expect(found.some((one) => one.includes(problem))).toBe(true);
    for (const one of problemsOf(lines))
      expect(one).toMatch(/^schema\/dictionary\/access\/\w+\.yaml:\d+:\d+ /);
  });
});

describe('comparing policies', () => {
  const base = compile('  - { id: a, role: reader, read: [lot.id], mask: [lot.remarks] }');
  const weakens = (after: PolicyContent): boolean => comparePolicies(base, after).weakens;

  test('finds nothing between a policy and itself', () => {
    expect(comparePolicies(base, base)).toEqual({ weakens: false, changes: [] });
  });

  test.each([
    ['a new read', '  - { id: a, role: reader, read: [lot.id, lot.title], mask: [lot.remarks] }'],
    ['a mask that becomes a read', '  - { id: a, role: reader, read: [lot.id, lot.remarks] }'],
    [
      'a new right to write',
      '  - { id: a, role: reader, read: [lot.id], mask: [lot.remarks], write: [mutation.release] }',
    ],
    ['a new rule', '  - { id: a, role: reader, read: [lot.id, "rule:lot"], mask: [lot.remarks] }'],
    [
      'a read of another role',
      '  - { id: a, role: reader, read: [lot.id], mask: [lot.remarks] }\n  - { id: b, role: guard, read: [lot.id] }',
    ],
  ])('calls it weaker for %s', (_what, lines) => {
    expect(weakens(compile(lines))).toBe(true);
  });

  test.each([
    ['a read that becomes a mask', '  - { id: a, role: reader, mask: [lot.remarks, lot.id] }'],
    ['a read that is gone', '  - { id: a, role: reader, mask: [lot.remarks] }'],
    [
      'a deny that is added',
      '  - { id: a, role: reader, read: [lot.id], mask: [lot.remarks], deny: [result.*] }',
    ],
  ])('does not call it weaker for %s', (_what, lines) => {
    expect(weakens(compile(lines))).toBe(false);
  });

  test('calls it weaker when an explicit deny is gone, though nothing is allowed by it alone', () => {
    const denied = compile('  - { id: a, role: reader, read: [lot.id], deny: [result.*] }');
    const silent = compile('  - { id: a, role: reader, read: [lot.id] }');
    expect(comparePolicies(denied, silent).weakens).toBe(true);
  });

  test('calls it weaker when a role of high risk becomes one of low, or may be held longer', () => {
    const lines = '  - { id: a, role: reader, read: [lot.id] }';
    const guarded = compile(
      lines,
      `roles:\n${role('reader', ', maxDays: 30').replace('risk: low', 'risk: high')}`,
    );
    const loose = compile(
      lines,
      `roles:\n${role('reader', ', maxDays: 90').replace('risk: low', 'risk: high')}`,
    );
    expect(comparePolicies(guarded, loose).weakens).toBe(true);
    expect(comparePolicies(loose, guarded).weakens).toBe(false);
    expect(
      comparePolicies(guarded, compile(lines, `roles:\n${role('reader', ', maxDays: 30')}`)).weakens,
    ).toBe(true);
  });

  test('calls it weaker when a term loses a source', () => {
    const after: PolicyContent = {
      ...base,
      terms: { ...base.terms, 'lot.title': { class: 'internal', derivedFrom: [] } },
    };
    expect(weakens(after)).toBe(true);
  });

  test('calls everything weaker than nothing', () => {
    expect(comparePolicies(null, base).weakens).toBe(true);
  });
});

describe('roles that are kept apart', () => {
  const LINES = '  - { id: a, role: reader, read: [lot.id] }';
  const apart = (role: string, other: string): string =>
    `${ROLES}incompatible:\n  - { role: ${role}, with: [${other}], reason: independence }\n`;
  const [open, kept] = [compile(LINES), compile(LINES, apart('guard', 'writer'))];

  test('are held together again only by a weaker policy', () => {
    expect(comparePolicies(kept, open)).toMatchObject({ weakens: true, changes: [{ kind: 'separation' }] });
    expect(comparePolicies(open, kept)).toMatchObject({ weakens: false, changes: [{ kind: 'separation' }] });
  });

  test('are the same pair whichever of them is named first', () => {
    const turned = compile(LINES, apart('writer', 'guard'));
    expect(comparePolicies(kept, turned)).toEqual({ weakens: false, changes: [] });
  });

  test.each([
    ['a role that there is not', apart('guard', 'emperor'), 'role "emperor" is not in this file'],
    ['itself', apart('guard', 'guard'), 'role "guard" excludes itself'],
  ])('are not kept apart from %s', (_what, roles, problem) => {
    expect(problemsOf(LINES, roles).join()).toContain(problem);
  });
});
