/** Whoever reads that it is ready copies what stands there: it must reach this gateway, whatever its port. */
import type { Config } from '../../platform/config';
import { printReady } from './ready-message';

test('every command that it names says where the gateway is', () => {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  printReady('http://127.0.0.1:4700', { mode: 'demo', topology: 'single' } as Config, 1000);
  const text = String(said.mock.calls[0]?.[0]);
  said.mockRestore();
  const commands = text.split('\n').filter((line) => line.includes('npx lotgraph'));
  expect(commands).toHaveLength(2);
  for (const command of commands) expect(command).toContain('--url http://127.0.0.1:4700');
});
