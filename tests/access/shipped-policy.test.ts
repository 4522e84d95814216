/** What the shipped policy lets whom see, where a role could not do its work without it, or must not see it. */
import path from 'node:path';
import { compilePolicy, readPolicyTexts } from '../../controls/access/compile-policy';
import { CompiledPolicy } from '../../controls/access/compiled-policy';
import { versionOf } from '../../controls/access/policy-content';
import { shippedDictionary } from '../support/shipped-dictionary';

const ROOT = path.resolve(__dirname, '../..');
const content = compilePolicy(ROOT, readPolicyTexts(ROOT), shippedDictionary());
const policy = new CompiledPolicy(versionOf(content), content);
const sees = (role: string, term: string): string => policy.term([role], term).decision;

describe('the shipped policy', () => {
  it.each(['qa-officer', 'qa-lead', 'data-steward', 'integration-engineer'])(
    'shows %s, who may own a finding, the values that disagree',
    (role) => {
      expect(sees(role, 'finding.values')).toBe('READ');
      expect(sees(role, 'findingValue.value')).toBe('READ');
    },
  );

  it('masks them for analysts, who see nobody who inspected', () => {
    expect(sees('analyst', 'finding.values')).toBe('MASK');
  });

  it.each(['qa-officer', 'qa-lead', 'analyst'])(
    'masks for %s what a legacy system may have written',
    (role) => {
      for (const term of ['rejectedRow.raw', 'rejectedRow.message', 'finding.facts'])
        expect([term, sees(role, term)]).toEqual([term, 'MASK']);
    },
  );
});
