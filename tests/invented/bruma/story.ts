/** A fortnight of Bruma. What is planted, and what must come of it, stands in ./expected.ts. */

type Row = Readonly<Record<string, unknown>>;

const changed = (day: string): string => `2026-06-${day}T20:00:00Z`;

export const ITEMS: readonly Row[] = [
  {
    id: 1,
    codigo: 'ART-001',
    designacao: 'Resina &amp; endurecedor',
    unidade: 'KG',
    estado: 'A',
    empresa: 'PT1',
  },
  { id: 2, codigo: 'ART-002', designacao: 'Membrana', unidade: 'UN', estado: 'A', empresa: 'PT1' },
  { id: 3, codigo: 'ART-100', designacao: 'Filtro de diálise', unidade: 'UN', estado: 'A', empresa: 'PT1' },
  { id: 4, codigo: 'ART-900', designacao: 'Etiqueta', unidade: 'CX', estado: 'I', empresa: 'PT1' },
  { id: 5, codigo: 'ART-001', designacao: 'Otra cosa', unidade: 'UN', estado: 'A', empresa: 'ES1' },
];

export const PLACES: readonly Row[] = [
  { codigo: 'A1', tipo: 'interno', armazem: 'LIS', designacao: 'Receção' },
  { codigo: 'A2', tipo: 'interno', armazem: 'LIS', designacao: 'Produto acabado' },
  { codigo: 'B1', tipo: 'interno', armazem: 'OPO', designacao: 'Porto' },
  { codigo: 'FORN', tipo: 'fornecedor', armazem: null, designacao: 'Fornecedores' },
  { codigo: 'CLI', tipo: 'cliente', armazem: null, designacao: 'Clientes' },
  { codigo: 'PROD', tipo: 'producao', armazem: null, designacao: 'Produção' },
  { codigo: 'PERDA', tipo: 'perda', armazem: null, designacao: 'Perdas' },
];
const place = (code: string | null): Row | null => PLACES.find(({ codigo }) => codigo === code) ?? null;

export const PARTIES: readonly Row[] = [
  { id: 'E1', nome: 'Químicos do Tejo', tipo: 'F', pais: 'PT' },
  { id: 'E2', nome: 'Membranas, Lda.', tipo: 'F', pais: 'PT' },
  { id: 'E3', nome: 'Hospital São José', tipo: 'C', pais: 'PT' },
];

interface Lot extends Row {
  readonly uuid: string;
  readonly modificado: string;
}

let lots = 0;
function lot(
  number: string,
  item: string,
  made: string | null,
  expiry: string | null,
  state: string,
  more: Row = {},
): Lot {
  lots += 1;
  return {
    ...{
      uuid: `0a1b2c3d-0000-4000-8000-${String(lots).padStart(12, '0')}`,
      numero: number,
      artigo: { codigo: item },
    },
    ...{ fabrico: made, validade: expiry, estado: state, empresa: 'PT1', fornecedor: null, atributos: [] },
    ...{ modificado: changed('01'), ...more },
  };
}

const E1 = { fornecedor: { id: 'E1' } };
const E2 = { fornecedor: { id: 'E2' } };
const cycle = (value: string): Row => ({
  atributos: [
    { nome: 'COR', valor: 'azul' },
    { nome: 'CICLO_ESTERILIZACAO', valor: value },
  ],
});

export const LOTS: readonly Lot[] = [
  lot('RS-1', 'ART-001', '15/01/2026', '2028-01-14T00:00:00', 'L', { ...E1, numero_fornecedor: 'Q&amp;T 9' }),
  lot('RS-1', 'ART-002', '01/12/2025', '2030-11-30', 'L', E2),
  lot('rs-2', 'ART-001', '16/01/2026', '15/01/2028', 'L', E1),
  lot('RS-3', 'ART-001', null, '0000-00-00', 'L', E1),
  lot('MB-1', 'ART-002', '02/12/2025', '01/12/2030', 'L', E2),
  lot('MB-2 ', 'ART-002', '02/12/2025', '31/02/2030', 'L', E2),
  lot('FL-1', 'ART-100', '05/06/2026', '04/06/2029', 'L', cycle('E-77')),
  lot('FL-2', 'ART-100', '05/06/2026', '04/06/2029', 'B', cycle('E-77')),
  lot('FL-3', 'ART-100', '06/06/2026', '05/06/2029', 'Q', cycle('E-78')),
  lot('FL-4', 'ART-100', '07/06/2026', '06/06/2029', 'Z'),
  lot('FL-5', 'ART-100', '07/06/2026', '06/06/2029', 'L'),
  lot('FL-6', 'ART-100', '07/06/2026', '06/06/2029', 'E'),
  lot('RS-1', 'ART-001', '01/01/2024', '01/01/2025', 'L', { empresa: 'ES1' }),
];

/** item, lot, quantity, unit; a lot that begins with `serie:` stands under a serial number only. */
type Line = readonly [string, string | null, string, string];

function movement(
  id: string,
  type: string,
  at: string,
  route: readonly [string | null, string | null],
  lines: readonly Line[],
  more: Row = {},
): Row {
  const [from, to] = route;
  return {
    ...{
      id,
      tipo: type,
      data: at,
      origem: place(from),
      destino: place(to),
      estado: 'C',
      empresa: 'PT1',
      estorno_de: null,
    },
    linhas: lines.map(([item, number, quantity, unit], i) => ({
      ...{ n: i + 1, artigo: item, quantidade: quantity, unidade: unit },
      ...(number?.startsWith('serie:') === true
        ? { lote: null, serie: { numero: `S-${id}`, lote: { numero: number.slice(6) } } }
        : { lote: number === null ? null : { numero: number }, serie: null }),
    })),
    ...{ modificado: at.replace(' ', 'T').slice(0, 10) + 'T20:00:00Z', ...more },
  };
}

export const MOVEMENTS: readonly Row[] = [
  movement(
    'M01',
    'RECEC',
    '2026-06-01T09:30:00+01:00',
    ['FORN', 'A1'],
    [
      ['ART-001', 'RS-1', '1.250,5', 'KG'],
      ['ART-002', 'MB-1', '300', 'UN'],
      ['ART-002', 'RS-1', '40', 'UN'],
    ],
  ),
  movement(
    'M02',
    'RECEC',
    '2026-06-02 10:00',
    ['FORN', 'A1'],
    [
      ['ART-001', 'rs-2', '80.000', 'G'],
      ['ART-002', 'MB-2 ', '120', 'UN'],
    ],
  ),
  movement('M03', 'TRANSF', '2026-06-03T08:00:00.5Z', ['A1', 'B1'], [['ART-001', 'RS-1', '200', 'KG']]),
  movement(
    'M04',
    'CONSUMO',
    '2026-06-05 08:00',
    ['A1', 'PROD'],
    [
      ['ART-001', 'RS-1', '50,5', 'KG'],
      ['ART-002', 'MB-1', '100', 'UN'],
    ],
  ),
  movement(
    'M05',
    'PRODUCAO',
    '2026-06-05 17:00',
    ['PROD', 'A2'],
    [
      ['ART-100', 'FL-1', '50', 'UN'],
      ['ART-100', 'FL-2', '30', 'UN'],
    ],
  ),
  movement(
    'M06',
    'CONSUMO',
    '2026-06-06 08:00',
    ['A1', 'PROD'],
    [
      ['ART-001', 'RS-2', '20', 'KG'],
      ['ART-002', 'RS-1', '40', 'UN'],
    ],
  ),
  movement('M07', 'PRODUCAO', '2026-06-06 17:00', ['PROD', 'A2'], [['ART-100', 'FL-3', '40', 'UN']]),
  movement(
    'M08',
    'EXPED',
    '2026-06-08T14:00:00+01:00',
    ['A2', 'CLI'],
    [
      ['ART-100', 'serie:FL-1', '20', 'UN'],
      ['ART-100', 'FL-2', '10', 'UN'],
    ],
  ),
  movement('M09', 'EXPED', '2026-06-08 15:00', ['A2', 'CLI'], [['ART-100', 'FL-1', '5', 'UN']], {
    estado: 'A',
  }),
  movement('M10', 'EXPED', '2026-06-09 09:00', ['A2', 'CLI'], [['ART-100', 'FL-3', '6', 'UN']]),
  movement('M11', 'EXPED', '2026-06-09 10:00', ['A2', 'CLI'], [['ART-100', 'FL-3', '6', 'UN']], {
    estorno_de: 'M10',
  }),
  movement('M12', 'INVENTARIO', '2026-06-10 18:00', [null, 'A1'], [['ART-002', 'MB-2', '118', 'UN']]),
  movement('M13', 'RECEC', '2026-06-10 19:00', ['FORN', 'A1'], [['ART-001', 'RS-3', '10', 'KG']], {
    estado: 'R',
  }),
  movement('M14', 'RECEC', '2026-06-10 19:00', ['FORN', 'A1'], [['ART-001', 'RS-1', '500', 'KG']], {
    empresa: 'ES1',
  }),
  movement('M15', 'QUEBRA', '2026-06-11 09:00', ['A2', 'PERDA'], [['ART-100', 'FL-2', '1', 'UN']]),
  movement('M16', 'DEVOL', '2026-06-11 10:00', ['CLI', 'A2'], [['ART-100', 'FL-1', '2', 'UN']]),
  movement('M17', 'RECEC', '2026-06-11 11:00', ['FORN', 'A1'], [['ART-002', null, '9', 'UN']]),
  movement('M18', 'AMOSTRA', '2026-06-11 12:00', ['A2', 'PERDA'], [['ART-100', 'FL-3', '1', 'UN']]),
  movement(
    'M19',
    'RECEC',
    '2026-06-11 13:00',
    ['FORN', 'A1'],
    [
      ['ART-002', 'MB-1', '12,3,4', 'UN'],
      ['ART-002', 'MB-1', '2', 'PAL'],
    ],
  ),
  movement(
    'M20',
    'PRODUCAO',
    '2026-06-12 17:00',
    ['PROD', 'A2'],
    [
      ['ART-100', 'FL-4', '10', 'UN'],
      ['ART-100', 'FL-5', '5', 'UN'],
      ['ART-100', 'FL-6', '5', 'UN'],
    ],
  ),
];

const used = (item: string, number: string, quantity: string): Row => ({
  artigo: item,
  lote: number,
  qtd: quantity,
});
export const ORDERS: readonly Row[] = [
  {
    ...{ id: 1, numero: 'OP-1', estado: 'F', data: '05/06/2026', empresa: 'PT1' },
    consumos: [used('ART-001', 'RS-1', '50,5'), used('ART-002', 'MB-1', '100')],
    producoes: [used('ART-100', 'FL-1', '50'), used('ART-100', 'FL-2', '30')],
  },
  {
    ...{ id: 2, numero: 'OP-2', estado: 'F', data: '06/06/2026', empresa: 'PT1' },
    consumos: [used('ART-001', 'RS-2', '20'), used('ART-002', 'RS-1', '40')],
    producoes: [used('ART-100', 'FL-3', '40')],
  },
  {
    ...{ id: 3, numero: 'OP-3', estado: 'A', data: '07/06/2026', empresa: 'PT1' },
    consumos: [used('ART-002', 'MB-2', '1')],
    producoes: [used('ART-100', 'FL-4', '1')],
  },
];

export const ANALYSES = [
  {
    ...{
      id: 'AN-1',
      artigo: 'ART-100',
      lote: 'FL-1',
      parecer: 'APROVADO',
      data: '07/06/2026',
      analista: 'Rui Costa',
    },
    resultados: {
      pH: { valor: '7,2', minimo: '6,5', maximo: '7,5', unidade: null },
      'Pressão de rutura': { valor: '1.250,5', minimo: '1.000', maximo: null, unidade: 'kPa' },
      Aspeto: { valor: 'conforme', minimo: null, maximo: null, unidade: null },
    },
  },
  {
    ...{
      id: 'AN-2',
      artigo: 'ART-100',
      lote: 'fl-2',
      parecer: 'REPROVADO',
      data: '07/06/2026',
      analista: 'Rui Costa',
    },
    resultados: { pH: { valor: '8,1', minimo: '6,5', maximo: '7,5', unidade: null } },
  },
  {
    ...{
      id: 'AN-3',
      artigo: 'ART-100',
      lote: 'FL-3',
      parecer: null,
      data: '08/06/2026',
      analista: 'Ana Reis',
    },
    resultados: {},
  },
] as const;

/** What Bruma itself says lies where, in the unit of the item; the receipt without a lot lies there without one. */
export const STOCK_ROWS: readonly (readonly [string, string | null, string, string])[] = [
  ['ART-001', 'RS-1', 'A1', '1.000'],
  ['ART-001', 'RS-1', 'B1', '200'],
  ['ART-001', 'RS-2', 'A1', '60'],
  ['ART-002', 'MB-1', 'A1', '200'],
  ['ART-002', 'MB-2', 'A1', '118'],
  ['ART-002', null, 'A1', '9'],
  ['ART-100', 'FL-1', 'A2', '32'],
  ['ART-100', 'FL-2', 'A2', '19'],
  ['ART-100', 'FL-3', 'A2', '39'],
  ['ART-100', 'FL-4', 'A2', '10'],
  ['ART-100', 'FL-5', 'A2', '5'],
  ['ART-100', 'FL-6', 'A2', '5'],
];
