/** Which questions of a draft count as open. */
import { openQuestions, questionTexts } from './open-questions';

test('finds every question in a comment, by line and column', () => {
  const text = [
    '# TODO which plant?',
    'a: 1 # TODO: made or bought?',
    '  # see TODO.md',
    'b: { c: 2 } #TODO',
    '# or d: x',
    '# TODONE',
    '#   lots: # TODO key: which?',
  ].join('\n');
  expect(openQuestions(text)).toEqual([
    { line: 1, column: 1, question: 'which plant?' },
    { line: 2, column: 6, question: 'made or bought?' },
    { line: 4, column: 13, question: '' },
    { line: 7, column: 11, question: 'key: which?' },
  ]);
});

test('takes no words of a value for a question', () => {
  const text = [
    "a: '# TODO quoted'",
    'b: "x # TODO double"',
    'c: |',
    '  # TODO a block',
    'd: x#TODO plain',
    'e: [ "# TODO" ] # TODO but this',
  ].join('\r\n');
  expect(questionTexts('erp/mapping.yaml', text)).toEqual(['erp/mapping.yaml:6:17 TODO but this']);
});

test('counts lines behind a byte order mark and blocks of text', () => {
  expect(openQuestions('\ufeffa: |\n  x\n\n  y\nb: 1 # TODO z\n')).toEqual([
    { line: 5, column: 6, question: 'z' },
  ]);
});
