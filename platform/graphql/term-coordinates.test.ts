import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'graphql';
import { coordinatesIn, loadCoordinates } from './term-coordinates';

const SDL = `
  type Lot { expiresOn: String @term(id: "lot.expiresOn") plain: Int }
  type Query { lot(number: String @term(id: "lot.lotNumber")): Lot @term(id: "query.lot") }
  input LotFilter { before: String @term(id: "lot.expiresOn") }
`;

test('names every field, argument and input field that carries a term', () => {
  expect(Object.fromEntries(coordinatesIn(parse(SDL)))).toEqual({
    'lot.expiresOn': ['Lot.expiresOn', 'LotFilter.before'],
    'lot.lotNumber': ['Query.lot(number:)'],
    'query.lot': ['Query.lot'],
  });
});

test('knows no coordinates while nothing was composed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lotgraph-'));
  try {
    expect((await loadCoordinates(folder)).size).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
