/** The page in a real browser: it asks nobody but us, breaks no rule of its policy, signs in and runs a query. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { StaticFiles } from '../../gateway/http/static-files';
import { Cleanup, send, startSingle } from './toy-gateway';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const BUILT = path.join(process.cwd(), 'dist/console/graphiql/index.html');

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const missing = [
  ...(CHROMIUM === undefined ? ['no Chromium is installed'] : []),
  ...(existsSync(BUILT) ? [] : ['GraphiQL is not built (npm run build)']),
].join(', ');
const inBrowser = missing === '' ? test : test.skip;
if (missing !== '') process.stderr.write(`skipped: GraphiQL in a browser (${missing})\n`);

async function openBrowser(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  cleanup.add(() => browser.close());
  return browser;
}

inBrowser(
  'GraphiQL signs in and runs a query without a single request to anyone else',
  async () => {
    const { gateway } = await startSingle(cleanup);
    const page = await (await openBrowser()).newPage({ locale: 'en-GB' });
    const outside: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && origin !== gateway.url) outside.push(request.url());
    });
    page.on('console', (message) => {
      if (/content security policy|refused to/i.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));

    await page.goto(`${gateway.url}/graphiql`);
    await page.getByTestId('demo-user').selectOption('analyst');
    await page.getByTestId('sign-in').click();
    await page.getByTestId('who').waitFor();
    expect(await page.getByTestId('who').textContent()).toBe('Demo Analyst');

    const editor = page.locator('.graphiql-query-editor .monaco-editor').first();
    await editor.waitFor();
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('query Lot { now inspectionCount'); // the editor closes the brace
    await page.keyboard.press('Control+Enter');
    const response = page.locator('.graphiql-response, .result-window').first();
    await response.getByText('inspectionCount').waitFor();
    expect(await response.textContent()).toContain('2026-11-20T02:00:00.000Z');

    await page.locator('.language select').selectOption('zh');
    expect(await page.locator('.sign-in-bar').textContent()).toContain('当前用户');
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  },
  60_000,
);

test('a file outside the folder does not exist', async () => {
  const { gateway } = await startSingle(cleanup);
  for (const address of [
    '/graphiql/../../package.json',
    '/graphiql/%2e%2e/%2e%2e/package.json',
    '/graphiql/nope.js',
  ]) {
    expect((await send(gateway, {}, address)).status).toBe(404);
  }
});

test('a page that was never built has no files', () => {
  expect(() => new StaticFiles('/nowhere', '/graphiql')).not.toThrow();
});
