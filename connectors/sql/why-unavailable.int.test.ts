/** What a person is told of a database that cannot be read: why, and nothing of its address or account. */
import { openSource } from '../inspect/open-source';
import { whyUnavailable } from './why-unavailable';

const [mysql, postgres] = ['LOTGRAPH_TEST_MYSQL_URL', 'LOTGRAPH_TEST_POSTGRES_URL'].map(
  (name) => process.env[name] ?? '',
);

async function told(address: string): Promise<string> {
  const source = openSource('env:OLD_URL', { env: { OLD_URL: address } });
  try {
    return await source.inspector.resources(AbortSignal.timeout(20_000)).then(
      () => 'it was read',
      (error: unknown) => (error as Error).message,
    );
  } finally {
    await source.close();
  }
}

/** The address of a server, as somebody whom it does not know, and of a database that is not there. */
function changed(address: string, change: Partial<URL>): string {
  const url = new URL(address);
  Object.assign(url, change);
  return url.href;
}
const STRANGER = { username: 'nobody-here', password: 's3cret-word' };

test('says that nothing listens', async () => {
  for (const scheme of ['mysql', 'postgres'])
    expect(await told(`${scheme}://reader:s3cret-word@127.0.0.1:9/erp`)).toBe(
      'source: the database cannot be read: nothing listens at its address',
    );
});

(mysql === '' ? test.skip : test)('says of MariaDB whether the user or the database is wrong', async () => {
  expect(await told(changed(mysql ?? '', STRANGER))).toBe(
    'source: the database cannot be read: it refuses the user or the password',
  );
  expect(await told(changed(mysql ?? '', { pathname: '/lg_not_there' }))).toBe(
    'source: the database cannot be read: there is no database of that name',
  );
});

(postgres === '' ? test.skip : test)('says of PostgreSQL that the database is not there', async () => {
  expect(await told(changed(postgres ?? '', { pathname: '/lg_not_there' }))).toBe(
    'source: the database cannot be read: there is no database of that name',
  );
});

test('repeats nothing of what a driver says', () => {
  const cause = Object.assign(new Error('connect to db.secret as reader'), { code: 'ESOMETHING' });
  expect(whyUnavailable(new Error('outer', { cause }))).toBe('');
  expect(whyUnavailable('text')).toBe('');
});
