// Command line of the legacy systems: prepare a story, or run one simulator as its own process.
import { parseArgs } from 'node:util';
import type * as Erp from './erp/server';
import type * as Lims from './lims/server';
import type * as Prepare from './prepare';
import type { Running } from './simulator';
import type * as Wms from './wms/server';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads only what it needs, so that a simulator starts at once */

const USAGE = `usage: main prepare --dir DIR [--scale N] [--date YYYY-MM-DD] [--seed N] [--erp-url mysql://…]
       main erp|wms|lims --dir DIR --port P [--erp-url mysql://…] [--with-parent]`;

async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      dir: { type: 'string' },
      port: { type: 'string', default: '0' },
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '42' },
      date: { type: 'string' },
      'erp-url': { type: 'string' },
      'with-parent': { type: 'boolean', default: false },
    },
  });
  const [command = ''] = positionals;
  const { dir } = values;
  if (dir === undefined) throw new Error(USAGE);
  const erpUrl = values['erp-url'];
  const where = { dir, port: whole(values.port), ...(erpUrl === undefined ? {} : { erpUrl }) };
  if (command === 'prepare') {
    const date = values.date === undefined ? {} : { date: values.date };
    const { prepareStory } = require('./prepare') as typeof Prepare;
    const wanted = { scale: whole(values.scale), seed: whole(values.seed), ...date };
    const manifest = await prepareStory(dir, erpUrl === undefined ? wanted : { ...wanted, erpUrl });
    console.log(`prepared ${dir} scale ${manifest.scale} seed ${manifest.seed} date ${manifest.date}`);
    return;
  }
  stay(await start(command, where), command, values['with-parent']);
}

interface Where {
  readonly dir: string;
  readonly port: number;
  readonly erpUrl?: string;
}

function start(system: string, where: Where): Promise<Running> {
  switch (system) {
    case 'erp':
      return (require('./erp/server') as typeof Erp).startErp(where);
    case 'wms':
      return (require('./wms/server') as typeof Wms).startWms(where);
    case 'lims':
      return (require('./lims/server') as typeof Lims).startLims(where);
    default:
      throw new Error(USAGE);
  }
}

/** Says that it is ready, and ends when told to (or when the parent goes away). */
function stay(running: Running, system: string, withParent: boolean): void {
  console.log(`ready ${system} ${running.url}`);
  const stop = (): void => {
    setTimeout(() => process.exit(0), 1000).unref();
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (!withParent) return;
  process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`not a whole number: ${text}`);
  return Number(text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
