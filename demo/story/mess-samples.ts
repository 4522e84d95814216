// Mess in the laboratory: references written in many ways, retests, retracted results, foreign number formats.
import type { Analysis, Sample } from './model';
import type { Planter } from './mess-kit';
import { keysOf } from './mess-kit';

const fullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

export function plantSamples(planter: Planter): void {
  const { cell } = planter;
  const used = new Set<Sample>();
  const pick = (count: number, accept: (sample: Sample) => boolean): Sample[] => {
    const fit = cell.samples.filter(
      (sample) =>
        !used.has(sample) && sample.state === 'published' && sample.lot !== cell.example && accept(sample),
    );
    const picked = Array.from({ length: count }, (_, n) => fit[Math.floor(((n + 0.5) * fit.length) / count)]);
    const found = picked.filter((sample) => sample !== undefined);
    for (const sample of found) used.add(sample);
    return found;
  };
  const shared = new Set(
    cell.planted.filter(({ kind }) => kind === 'shared-number').map(({ keys }) => keys['lotNumber']),
  );
  const plain = (sample: Sample): boolean =>
    sample.lot !== null &&
    sample.lot.item.level >= 4 &&
    !shared.has(sample.lot.number) &&
    /^[^/]+\/LT\d{6}-\d\d$/.test(sample.clientReference);

  for (const sample of cell.samples) {
    if (!sample.lot || !shared.has(sample.lot.number) || sample.lot.item.level !== 6) continue;
    used.add(sample);
    sample.clientReference = sample.lot.number;
    const expect = { kind: 'finding', finding: 'ambiguous reference' };
    const text = 'ClientReference holds a lot number alone, and two items have it';
    planter.note('ambiguous-reference', ['lims'], text, { clientReference: sample.clientReference }, expect);
  }
  for (const sample of pick(3, plain)) {
    const { lot } = sample;
    if (!lot) continue;
    sample.clientReference = fullWidth(lot.number);
    const expect = { kind: 'value', ...keysOf(lot) };
    planter.note(
      'full-width',
      ['lims'],
      'the reference is in full-width characters',
      { clientReference: sample.clientReference },
      expect,
    );
  }
  for (const [index, sample] of pick(2, plain).entries()) {
    sample.clientReference = index === 0 ? 'KIT-1002/LT999999-01' : '留样 无批号';
    const finding = index === 0 ? 'reference to an unknown lot' : 'reference without a lot';
    const keys = { clientReference: sample.clientReference };
    planter.note('unknown-reference', ['lims'], finding, keys, { kind: 'finding', finding });
  }
  for (const sample of pick(2, plain)) {
    const [first] = sample.analyses;
    if (!first || !sample.lot) continue;
    first.result = '1.234,5';
    const expect = { kind: 'value', result: '1234.5', note: 'out of range' };
    planter.note(
      'locale-number',
      ['lims'],
      'a result in the German number format',
      { ...keysOf(sample.lot), keyword: first.keyword },
      expect,
    );
  }
  plantRetests(planter, pick(4, plain));
  plantStates(planter, pick(3, plain));
}

function plantRetests(planter: Planter, samples: readonly Sample[]): void {
  samples.forEach((sample, index) => {
    const [first] = sample.analyses;
    if (!first || !sample.lot) return;
    const good = first.result;
    const bad = first.max === '' ? '0.1' : String(Number(first.max) * 1.5);
    const retested = index < 3;
    const again: Analysis = { ...first, result: good, retestOf: 0, remark: '复测 retest' };
    Object.assign(first, { result: bad, state: 'retracted', remark: 'retracted: wrong dilution' });
    if (retested) sample.analyses.push(again);
    const expect = { kind: 'value', result: retested ? good : null, retracted: bad };
    const text = retested ? 'a retracted result and its retest' : 'a retracted result without a retest';
    planter.note(
      retested ? 'retest' : 'retracted',
      ['lims'],
      text,
      { ...keysOf(sample.lot), keyword: first.keyword },
      expect,
    );
  });
}

function plantStates(planter: Planter, samples: readonly Sample[]): void {
  samples.forEach((sample, index) => {
    const state = ['invalid', 'rejected', 'cancelled'][index] ?? 'invalid';
    sample.state = state;
    for (const analysis of sample.analyses) analysis.state = state === 'invalid' ? 'published' : state;
    if (!sample.lot) return;
    const expect = { kind: 'value', counts: false, state };
    planter.note(
      `sample-${state}`,
      ['lims'],
      `the sample is ${state}: its results do not count`,
      keysOf(sample.lot),
      expect,
    );
  });
}
