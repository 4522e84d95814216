/** Acts and sequences without end, until it is killed; tells each entry that was committed. */
import 'reflect-metadata';
import { Database } from '../../platform/database/database';
import { CONTROLS_TABLES, auditWorld, personActor } from './audit-world';

async function main([url = '', dataDir = '']: readonly string[]): Promise<void> {
  const database = await Database.open({ url, ...CONTROLS_TABLES, migrate: false });
  const world = auditWorld(database, { LOTGRAPH_DATA: dataDir });
  const act = { action: 'hold.place', outcome: 'DONE' } as const;
  const write = async (): Promise<void> => {
    for (;;) {
      const [id] = await world.writer.write([{ actor: personActor('p1'), act }]);
      process.stdout.write(`${id ?? ''}\n`);
    }
  };
  const sequence = async (): Promise<void> => {
    for (;;) {
      await world.sequencer.append(20);
      await world.sequencer.checkpoint();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all([write(), write(), write(), sequence()]);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exit(1);
});
