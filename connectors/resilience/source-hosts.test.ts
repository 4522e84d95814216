import { ADDRESS_REFUSED, sourceHosts, type SourceHosts } from './source-hosts';

const allows = (list: string | undefined, address: string) => {
  try {
    sourceHosts({ LOTGRAPH_SOURCE_HOSTS: list }).require('erp', new URL(address));
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['erp.example', 'https://erp.example/api', true],
  ['erp.example', 'https://ERP.example:443/', true],
  ['erp.example', 'https://erp.example:8443/', false],
  ['erp.example', 'https://erp.example.evil.example/', false],
  ['erp.example:8443', 'https://erp.example:8443/', true],
  ['erp.example:*', 'http://erp.example:9/', true],
  ['*.example', 'https://a.b.example/', true],
  ['*.example', 'https://example/', false],
  ['*.example', 'https://evilexample/', false],
  ['a.example, 10.0.0.7:8000', 'http://10.0.0.7:8000/', true],
  ['[fd00::7]', 'http://[fd00::7]/', true],
  [undefined, 'https://any.example/', true],
])('the list %s and the address %s: %s', (list, address, allowed) => {
  expect(allows(list, address)).toBe(allowed);
});

test.each([
  'http://169.254.169.254/latest',
  'http://[::ffff:169.254.169.254]/',
  'http://[fe80::1]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://0.0.0.0/',
  'http://2852039166/',
])('%s is never asked, whatever is listed', (address) => {
  expect(allows(undefined, address)).toBe(false);
  expect(allows(`${new URL(address).hostname}:*`, address)).toBe(false);
});

test.each(['http://erp.example', 'erp.example/api', 'a b', '*', ''])(
  'a list with "%s" is refused',
  (text) => {
    expect(() => sourceHosts({ LOTGRAPH_SOURCE_HOSTS: `ok.example,${text}` })).toThrow('is no host');
  },
);

const resolve = (hosts: SourceHosts, name: string) =>
  new Promise<unknown>((done) => {
    hosts.lookup(name, { all: true }, (error, found) => {
      done(error ?? found);
    });
  });

test('a name that leads to an address of the machine itself is refused while connecting, unless it is meant', async () => {
  // stands for a name that somebody lets lead here
  const rebound = '127.1';
  expect(await resolve(sourceHosts({}), rebound)).toMatchObject({ code: ADDRESS_REFUSED });
  expect(await resolve(sourceHosts({ LOTGRAPH_SOURCE_HOSTS: rebound }), rebound)).toMatchObject([
    { family: 4 },
  ]);
  expect(await resolve(sourceHosts({}), 'localhost')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ address: expect.stringMatching(/^(?:127\.|::1)/u) as string }),
    ]),
  );
});
