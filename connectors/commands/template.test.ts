/** Values go into templates as data, whatever they hold. */
import fc from 'fast-check';
import { OMITTED, TemplateError, compilePath, compileTemplate } from './template';

const KNOWN = new Set(['name', 'quantity', 'blocked']);
const strict = (message: string) => {
  throw new Error(message);
};
const fill = (template: string, value: string) => compileTemplate(template, KNOWN, strict)({ name: value });
const path = (value: string) => compilePath('api/Batch/{name}', KNOWN, strict)({ name: value });

test('a value of any letters stays one value of the body', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (value) => {
      expect(compileTemplate({ a: ['{name}'] }, KNOWN, strict)({ name: value })).toEqual({ a: [value] });
    }),
  );
});

test('a value of any letters stays one segment of the path', () => {
  const base = 'http://erp.invalid/';
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
      fc.pre(value !== '.' && value !== '..');
      const url = new URL(base + path(value));
      expect(url.pathname.split('/')).toHaveLength(4);
      expect(decodeURIComponent(url.pathname.split('/')[3] ?? '')).toBe(value);
      expect(url.search + url.hash).toBe('');
    }),
  );
});

test.each(['', '.', '..'])('refuses "%s" as a path segment', (value) => {
  expect(() => path(value)).toThrow(TemplateError);
});

test('a value that looks like a placeholder is not filled again', () => {
  expect(fill('note: {name}', '{quantity}')).toBe('note: {quantity}');
});

test('a number goes as a JSON number, and only if it loses nothing', () => {
  const number = compileTemplate('{quantity:number}', KNOWN, strict);
  expect(number({ quantity: '17.25' })).toBe(17.25);
  for (const quantity of ['1e3', '0x10', ' 1', '1234567890123456', 'NaN', ''])
    expect(() => number({ quantity })).toThrow(TemplateError);
});

test('leaves out what may be absent, and refuses what may not', () => {
  expect(compileTemplate({ a: 1, b: '{blocked?}' }, KNOWN, strict)({})).toEqual({ a: 1 });
  expect(compileTemplate('{blocked?}', KNOWN, strict)({})).toBe(OMITTED);
  expect(() => fill('{blocked}', 'x')).toThrow(TemplateError);
});

test.each([
  ['{nmae}', '"nmae" is not a value of this command'],
  ['{na me}', '"{na me}" is no placeholder; write {name}, {name?} or {name:number}'],
])('reports the mistake in %s', (template, message) => {
  const found: string[] = [];
  compileTemplate({ a: [template] }, KNOWN, (text, at) => found.push(`${at.join('.')}: ${text}`));
  expect(found).toEqual([`a.0: ${message}`]);
});

test('a path may not name another host', () => {
  const found: string[] = [];
  compilePath('//evil.invalid/{name}', KNOWN, (text) => found.push(text));
  expect(found).toEqual(['write a path without a host']);
});
