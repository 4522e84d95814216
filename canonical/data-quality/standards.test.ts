/** Standards as they are written, and how feeds are judged by them. */
import path from 'node:path';
import fc from 'fast-check';
import { loadDictionary } from '../../platform/dictionary/dictionary';
import type { ConfigError } from '../../platform/errors';
import { loadConsistencyRules } from '../rules/load-rules';
import { compileStandardsText, loadQualityStandards } from './load-standards';
import { type QualityStandards, feedOf, isMet, percentOf, ppmOf, standardsOf } from './standard';

const ROOT = path.resolve(__dirname, '..', '..');
const dictionary = loadDictionary(path.join(ROOT, 'schema', 'dictionary', 'terms'));
const { owners } = loadConsistencyRules(ROOT, dictionary);
const NAME = 'name: { en: One, zh: 一 }';
const FEED = `{ id: feed, ${NAME}, severity: INFO, readWithin: 5m, arriveWithin: 60s }`;
const text = (standard: string, feeds = `[${FEED}]`): string =>
  `keep: { hours: 1d, days: 9d }\nfeeds: ${feeds}\nstandards:\n  - { id: one, ${NAME}, severity: ERROR, least: '99.5', ${standard} }\n`;
const compile = (given: string): QualityStandards => compileStandardsText(given, dictionary, owners);
const problemsOf = (given: string): readonly string[] => {
  try {
    compile(given);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('quality standards', () => {
  it('ship as a file that compiles, with owners that answer and a version', () => {
    const { standards, feeds, version } = loadQualityStandards(ROOT, dictionary);
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(standards.map(({ dimension }) => dimension)).size).toBe(4);
    expect(feeds.length).toBeGreaterThan(0);
  });

  it.each([
    ['a term that no record has', 'dimension: VALIDITY, terms: [lot.nothing]', '"lot.nothing" is no field'],
    ['an owner that is none', 'dimension: VALIDITY, owner: nobody', '"nobody" is not one of the owners'],
    ['completeness of nothing', 'dimension: COMPLETENESS', 'COMPLETENESS needs "terms"'],
    ['late terms', 'dimension: TIMELINESS, terms: [lot.expiresOn]', 'rows are late, not terms'],
    [
      'an exception from a list',
      'dimension: VALIDITY, terms: [lot.item], except: [lot.item]',
      '"except" takes',
    ],
    ['an unknown key', 'dimension: VALIDITY, most: 3', '"most" is not known here'],
    ['an unknown dimension', 'dimension: BEAUTY', 'must be one of COMPLETENESS'],
  ])('name line and column of %s', (_, standard, message) => {
    const [problem] = problemsOf(text(standard));
    expect(problem).toMatch(/^standards\.yaml:4:\d+ standards\.0/);
    expect(problem).toContain(message);
  });

  it('refuse a share that is none, a feed that is never reached, and two of one id', () => {
    const valid = text('dimension: VALIDITY');
    expect(problemsOf(valid)).toEqual([]);
    expect(problemsOf(valid.replace("'99.5'", "'101'"))[0]).toContain('standards.0.least');
    expect(problemsOf(valid.replace("'99.5'", '99.5'))[0]).toContain('must be string');
    const second = FEED.replace('id: feed', 'id: other, systems: [wms]');
    expect(problemsOf(text('dimension: VALIDITY', `[${FEED}, ${second}]`))[0]).toContain('is never reached');
    expect(problemsOf(text('dimension: VALIDITY', `[${second}, ${FEED}]`))).toEqual([]);
    expect(problemsOf(valid.replace('id: one', 'id: feed'))[0]).toContain('there is another "feed"');
    expect(problemsOf(valid.replace('days: 9d', 'days: 9h'))[0]).toContain('is shorter than "hours"');
  });

  it('hold for the systems and terms that they name, regulated ones by the dictionary', () => {
    const regulated = compile(
      text('dimension: VALIDITY, terms: regulated, except: [lot.expiresOn], systems: [erp]'),
    );
    expect(standardsOf(regulated, 'erp', 'VALIDITY', 'lot.manufacturedOn')).toHaveLength(1);
    expect(standardsOf(regulated, 'erp', 'VALIDITY', 'lot.expiresOn')).toEqual([]);
    expect(standardsOf(regulated, 'wms', 'VALIDITY', 'lot.manufacturedOn')).toEqual([]);
    expect(standardsOf(regulated, 'erp', 'VALIDITY', null)).toEqual([]);
    expect(standardsOf(regulated, 'erp', 'CONSISTENCY', 'lot.manufacturedOn')).toEqual([]);
    const whole = compile(text('dimension: VALIDITY'));
    expect(standardsOf(whole, 'any', 'VALIDITY', null)).toHaveLength(1);
    expect(standardsOf(whole, 'any', 'VALIDITY', 'lot.expiresOn')).toEqual([]);
    expect(feedOf(whole, 'any')?.readWithinMs).toBe(300_000);
  });

  it('compare shares in whole numbers, where floating point would err', () => {
    expect(isMet(ppmOf('99.9999'), 999_999, 1_000_000)).toBe(true);
    expect(isMet(ppmOf('99.9999'), 999_998, 1_000_000)).toBe(false);
    expect(isMet(ppmOf('100'), 4_999_999_999, 5_000_000_000)).toBe(false);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (ppm) => {
        expect(ppmOf(percentOf(ppm))).toBe(ppm);
        expect(isMet(ppm, ppm, 1_000_000)).toBe(true);
        if (ppm > 0) expect(isMet(ppm, ppm - 1, 1_000_000)).toBe(false);
      }),
    );
  });
});
