/** Lists as vendors cut and wrap them, and the ways to sign in to them, over a real server. */
import type { LegacySystem } from '../contract';
import { collect, keysOf, openTest, problemsOf, streamNamed, systemPart } from '../test-support';
import { ApiServer, type ApiAnswer, type ApiRequest } from './api-server';

const mapping = (source: string, connector = '') => `${systemPart('erp', 'ERP')}
connector:
  type: rest
  connection: env:URL
  deadlines: { connect: 500ms, request: 1s, run: 5s }
  ${connector}
streams:
  lots:
    recordType: lot
    source: ${source}
    key: id
    fields: { item: item, lotNumber: lot }
`;

const lot = (n: number) => ({ id: `L${n}`, item: 'KIT', lot: `LT-${n}` });
const lots = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => lot(from + i));

let server: ApiServer;
let system: LegacySystem | null = null;

async function open(
  yaml: string,
  answer: (request: ApiRequest) => ApiAnswer,
  env: Record<string, string> = {},
) {
  server = new ApiServer(answer);
  const url = await server.start();
  system = openTest(yaml, { URL: url, TOKEN_URL: `${url}/token`, ...env });
  return streamNamed(system, 'lots');
}

afterEach(async () => {
  await system?.close();
  system = null;
  await server.stop();
});

test('an object that several rows name is fetched once, and one that is gone is none', async () => {
  const join = "joins: [{ path: 'batches/{batch.id}', item: data, as: parent }]";
  const stream = await open(
    mapping(`{ path: lots, items: data, ${join} }`).replace('lotNumber: lot', 'lotNumber: parent.lot'),
    ({ path }) => {
      if (path === '/api/lots')
        return {
          body: { data: ['A', 'A', 'X', null].map((id, i) => ({ id: i, item: 'KIT', batch: { id } })) },
        };
      return path === '/api/batches/A' ? { body: { data: { lot: 'LT-A' } } } : { status: 404 };
    },
  );
  const { rows } = await collect(stream);
  expect(rows.map(({ parent }) => parent)).toEqual([{ lot: 'LT-A' }, { lot: 'LT-A' }, null, null]);
  expect(server.requests.map(({ path }) => path)).toEqual(['/api/lots', '/api/batches/A', '/api/batches/X']);
});

describe('a cursor', () => {
  const source =
    '{ path: lots, items: data, paging: { style: cursor, param: after, next: meta.next, sizeParam: limit, size: 2 } }';
  const pages: Record<string, ApiAnswer> = {
    '': { body: { data: lots(1, 2), meta: { next: 'c2' } } },
    c2: { body: { data: lots(3, 4), meta: { next: 'c4' } } },
    c4: { body: { data: lots(5, 5), meta: { next: null } } },
  };

  test('is followed until there is none', async () => {
    const stream = await open(
      mapping(source),
      ({ query }) => pages[query.get('after') ?? ''] ?? { status: 400 },
    );
    expect(keysOf((await collect(stream)).mapped)).toEqual(['L1', 'L2', 'L3', 'L4', 'L5']);
    expect(server.requests.map(({ query }) => query.toString())).toEqual([
      'limit=2',
      'limit=2&after=c2',
      'limit=2&after=c4',
    ]);
  });

  test('that leads to itself is nonsense, not an endless reading', async () => {
    const stream = await open(mapping(source), () => ({
      body: { data: lots(1, 1), meta: { next: 'same' } },
    }));
    await expect(collect(stream)).rejects.toThrow('names itself as the next one');
  });

  test('ends where the source says that there is no more, whatever cursor it gives', async () => {
    const more = source.replace('next: meta.next', 'next: meta.next, more: meta.more');
    const stream = await open(mapping(more), ({ query }) => ({
      body: {
        data: [lot(query.has('after') ? 2 : 1)],
        meta: { next: `${query.get('after') ?? ''}x`, more: !query.has('after') },
      },
    }));
    expect(keysOf((await collect(stream)).mapped)).toEqual(['L1', 'L2']);
    expect(server.requests).toHaveLength(2);
  });
});

describe('a query in the body of a POST, answered by arrays of arrays', () => {
  const source = `
      path: ExecuteBillQuery
      method: POST
      items: ''
      columns: [FID, FMaterialId.FNumber, FLot.FNumber, FModifyDate]
      body:
        FormId: STK_Inventory
        FieldKeys: '{columns}'
        FilterString: "FDocumentStatus='C' and FModifyDate>='{since}'"
        OrderString: FModifyDate ASC
        StartRow: '{offset}'
        TopRowCount: '{size}'
      paging: { style: offset, size: 2 }
      order: oldest-first
      since: { format: yyyy-MM-dd HH:mm:ss, initially: '1900-01-01 00:00:00' }`;
  const connector = `login:
    type: session
    path: login
    username: env:USER
    password: env:PASS
    fields: { acctID: env:ACCOUNT, lcid: 2052 }
    expect: { LoginResultType: 1 }
  failures:
    - { when: { column: 0.0.Result.ResponseStatus.MsgCode, equals: 1 }, means: signedOut }
    - { when: { column: 0.0.Result.ResponseStatus.IsSuccess, equals: 'false' }, message: 0.0.Result.ResponseStatus.Errors.0.Message }`;
  const yaml = mapping(source, connector)
    .replace('key: id', 'key: FID\n    watermark: { from: FModifyDate, overlap: 1m }')
    .replace('{ item: item, lotNumber: lot }', '{ item: FMaterialId.FNumber, lotNumber: FLot.FNumber }');
  const rows = [
    [1, 'KIT', 'LT-1', '2026-05-01T08:00:00'],
    [2, 'KIT', 'LT-2', '2026-05-02T08:00:00'],
    [3, 'KIT', 'LT-3', '2026-05-03T08:00:00'],
  ];
  const env = { USER: 'u', PASS: 'p', ACCOUNT: 'acct-1' };
  interface BillQuery {
    readonly FilterString: string;
    readonly StartRow: number;
    readonly TopRowCount: number;
  }

  function answer({ path, body }: ApiRequest): ApiAnswer {
    if (path.endsWith('/login')) {
      const welcome = (JSON.parse(body) as { acctID: string }).acctID === 'acct-1';
      return { headers: { 'set-cookie': 'SID=1' }, body: { LoginResultType: welcome ? 1 : 0 } };
    }
    const query = JSON.parse(body) as BillQuery;
    const since = /'([\d\- :]+)'$/u.exec(query.FilterString)?.[1]?.replace(' ', 'T') ?? '';
    const found = rows.filter((row) => String(row[3]) >= since);
    return { body: found.slice(query.StartRow, query.StartRow + query.TopRowCount) };
  }

  test('is read in the order of change, and from the last change on', async () => {
    const stream = await open(yaml, answer, env);
    const { mapped, watermark } = await collect(stream);
    expect([...new Set(keysOf(mapped))]).toEqual(['1', '2', '3']);
    expect(mapped[0]).toMatchObject({ record: { item: 'KIT', lotNumber: 'LT-1' } });
    const first = JSON.parse(server.requests[1]?.body ?? '') as object;
    expect(first).toEqual({
      FormId: 'STK_Inventory',
      FieldKeys: 'FID,FMaterialId.FNumber,FLot.FNumber,FModifyDate',
      FilterString: "FDocumentStatus='C' and FModifyDate>='1900-01-01 00:00:00'",
      OrderString: 'FModifyDate ASC',
      StartRow: 0,
      TopRowCount: 2,
    });
    server.requests.length = 0;
    const again = await collect(stream, watermark);
    expect(keysOf(again.mapped)).toEqual(['3']);
    expect(server.requests[0]?.body).toContain("FModifyDate>='2026-05-03 07:59:00'");
  });

  test('a row of another length is a reject, not a shift of its columns', async () => {
    const stream = await open(
      yaml,
      (request) => {
        const { body } = answer(request);
        return Array.isArray(body) ? { body: body.map((row: unknown[]) => row.slice(1)) } : answer(request);
      },
      env,
    );
    const reading = await collect(stream).catch((error: unknown) => error);
    expect((reading as { mapped: unknown[] }).mapped[0]).toMatchObject({
      kind: 'reject',
      code: 'UNREADABLE_ROW',
      message: 'an item holds 3 values, expected 4 values',
    });
  });

  test('an error in an answer of status 200 is an error, in the words of the source', async () => {
    const refused = { IsSuccess: false, Errors: [{ Message: '业务对象不存在' }] };
    const stream = await open(
      yaml,
      (request) =>
        request.path.endsWith('/login')
          ? answer(request)
          : { body: [[{ Result: { ResponseStatus: refused } }]] },
      env,
    );
    await expect(collect(stream)).rejects.toMatchObject({
      message: 'erp: answered with an error: 业务对象不存在',
      retryable: false,
    });
  });

  test('a session that ended behind a status of 200 is opened anew', async () => {
    let ended = true;
    const stream = await open(
      yaml,
      (request) => {
        if (request.path.endsWith('/login')) return answer(request);
        const out = ended;
        ended = false;
        return out
          ? { body: [[{ Result: { ResponseStatus: { MsgCode: 1, IsSuccess: false } } }]] }
          : answer(request);
      },
      env,
    );
    expect((await collect(stream)).rows.length).toBeGreaterThan(2);
    expect(server.requests.filter(({ path }) => path.endsWith('/login'))).toHaveLength(2);
  });

  test('a login that gives a cookie and says no is refused, once', async () => {
    const stream = await open(yaml, answer, { ...env, ACCOUNT: 'acct-2' });
    await expect(collect(stream)).rejects.toThrow('the login was refused');
    expect(server.requests).toHaveLength(1);
  });
});

describe('client credentials', () => {
  const yaml = mapping(
    '{ path: lots, items: data }',
    'login: { type: oauth2, tokenUrl: env:TOKEN_URL, clientId: env:ID, clientSecret: env:SECRET, scope: read, params: { audience: erp } }',
  );
  const env = { ID: 'gateway', SECRET: 's3cret' };
  let issued = 0;
  const answer = ({ path, headers, body }: ApiRequest): ApiAnswer => {
    if (path === '/api/token') {
      const isKnown = headers.authorization === `Basic ${Buffer.from('gateway:s3cret').toString('base64')}`;
      if (!isKnown)
        return { status: 401, body: { error: 'invalid_client', error_description: 'secret wrong' } };
      issued += 1;
      expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
        grant_type: 'client_credentials',
        scope: 'read',
        audience: 'erp',
      });
      return { body: { access_token: `t${issued}`, token_type: 'bearer', expires_in: 3600 } };
    }
    return headers.authorization === `Bearer t${issued}` ? { body: { data: lots(1, 2) } } : { status: 401 };
  };

  beforeEach(() => {
    issued = 0;
  });

  test('get one token for many questions, and another when it is refused', async () => {
    const stream = await open(yaml, answer, env);
    await collect(stream);
    expect((await collect(stream)).rows).toHaveLength(2);
    expect(issued).toBe(1);
    issued = 2;
    expect((await collect(stream)).rows).toHaveLength(2);
    expect(issued).toBe(3);
  });

  test('that are wrong are not tried again, and not told', async () => {
    const stream = await open(yaml, answer, { ...env, SECRET: 'other' });
    const error = (await collect(stream).catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ message: 'erp: the login was refused', retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  test.each(['http://idp.example/token', 'no address'])('are not sent to %s', async (TOKEN_URL) => {
    await expect(open(yaml, answer, { ...env, TOKEN_URL })).rejects.toThrow('not an https URL');
  });
});

describe('a source that asks to be left alone', () => {
  const yaml = mapping('{ path: lots, items: data }');
  const once = (headers: Record<string, string>, status = 429) => {
    let told = false;
    return (): ApiAnswer => {
      if (told) return { body: { data: lots(1, 1) } };
      told = true;
      return { status, headers };
    };
  };

  test.each([
    ['seconds', 429, () => '1'],
    ['a date', 429, () => new Date(Date.now() + 1500).toUTCString()],
    ['seconds of a service that is away', 503, () => '1'],
  ])('is asked again after %s, and not before', async (_what, status, header) => {
    const stream = await open(yaml, once({ 'retry-after': header() }, status));
    const begun = Date.now();
    expect((await collect(stream)).rows).toHaveLength(1);
    expect(Date.now() - begun).toBeGreaterThan(400);
    expect(server.requests).toHaveLength(2);
  });

  test('for longer than the run may last is not asked again, nor waited for', async () => {
    const stream = await open(yaml, once({ 'retry-after': '3600' }));
    const begun = Date.now();
    await expect(collect(stream)).rejects.toThrow('asked to wait 3600 s');
    await expect(collect(stream)).rejects.toThrow('asked to wait');
    expect(Date.now() - begun).toBeLessThan(2000);
    expect(server.requests).toHaveLength(1);
  });
});

test('a list is asked for at one host that the deployment allows, and at no other', async () => {
  const yaml = mapping('{ path: lots, items: data }');
  const answer = () => ({ body: { data: lots(1, 1) } });
  expect(
    (await collect(await open(yaml, answer, { LOTGRAPH_SOURCE_HOSTS: '127.0.0.1:*' }))).rows,
  ).toHaveLength(1);
  await system?.close();
  await server.stop();
  await expect(open(yaml, answer, { LOTGRAPH_SOURCE_HOSTS: 'erp.example' })).rejects.toThrow(
    /LOTGRAPH_SOURCE_HOSTS does not allow 127\.0\.0\.1:\d+/u,
  );
});

test.each([
  ['{ path: x, items: d, paging: { style: cursor, param: c } }', 'needs the path of the cursor'],
  ['{ path: x, items: d, paging: { style: offset } }', 'paging by offset needs the parameter that takes it'],
  ['{ path: x, items: d, body: { a: 1 } }', 'only a POST has a body'],
  ["{ path: x, items: d, method: POST, body: { a: '{ofset}' } }", '"ofset" is not a value of a reading'],
  ["{ path: x, items: d, method: POST, body: { a: '{columns}' } }", 'names {columns}, and there are none'],
  ['{ path: x, items: d, since: { format: ISO } }', 'nothing takes the time of the last change'],
  [
    '{ path: x, items: d, each: { path: l, as: c }, pivot: [{ path: p, as: c, name: n, value: v, columns: [X] }] }',
    '"c" stands for something else already',
  ],
  [
    '{ path: x, items: d, pivot: [{ path: p, as: item, name: n, value: v, columns: [X] }] }',
    'the pivot "item" reads no "no"',
  ],
  [
    "{ path: x, items: d, joins: [{ path: '{a}', as: j }], where: [{ column: j.b, equals: 1 }] }",
    '"j.b" is joined behind the rows',
  ],
  ['{ path: x, items: d, columns: [a, a] }', 'must NOT have duplicate items'],
])('finds the mistake in %s', async (source, problem) => {
  await open(mapping('{ path: x, items: d }'), () => ({}));
  const found = problemsOf(mapping(source).replace('item: item', 'item: item.no')).join('\n');
  expect(found).toContain(problem);
  expect(found).toMatch(/^\d+:\d+ /u);
});

test('one row for each property of an object whose names are data, and the name beside it', async () => {
  const stream = await open(
    mapping("{ path: lots, items: '', each: { path: tests, as: test, names: name } }"),
    () => ({
      body: [
        { ...lot(1), tests: { pH: { value: '7' }, 'a.b': null } },
        { ...lot(2), tests: {} },
      ],
    }),
  );
  const { rows } = await collect(stream);
  expect(rows.map(({ name, test: of, tests }) => ({ name, of, tests }))).toEqual([
    { name: 'pH', of: { value: '7' }, tests: undefined },
    { name: 'a.b', of: null, tests: undefined },
  ]);
});

test('an object where a list is expected is still no list', async () => {
  const stream = await open(mapping("{ path: lots, items: '', each: { path: tests, as: test } }"), () => ({
    body: [{ ...lot(1), tests: { pH: 1 } }],
  }));
  const { mapped } = await collect(stream);
  expect(mapped).toMatchObject([{ kind: 'reject', code: 'UNREADABLE_ROW' }]);
});

test('changes of one moment that fill more than a page of links are read to their end', async () => {
  const at = '2026-06-11T20:00:00Z';
  const source = `
      path: lots
      items: data
      paging: { style: next-link, next: next }
      order: oldest-first
      since: { param: since }`;
  const yaml = mapping(source).replace('key: id', 'key: id\n    watermark: { from: at, overlap: 5m }');
  const stream = await open(yaml, ({ query }) => {
    const from = Number(query.get('from') ?? 0);
    const data = lots(from + 1, Math.min(from + 2, 5)).map((one) => ({ ...one, at }));
    return { body: { data, next: from + 2 < 5 ? `/api/lots?from=${from + 2}` : null } };
  });
  expect(keysOf((await collect(stream)).mapped)).toEqual(['L1', 'L2', 'L3', 'L4', 'L5']);
});
