// The ERP behind HTTP: Frappe's REST for those who write. Those who read come by SQL.
import { join } from 'node:path';
import type { Fault } from '../faults';
import { jsonOf } from '../http';
import type { Reply, Request } from '../http';
import { serve } from '../simulator';
import type { Running, System } from '../simulator';
import { act } from './acts';
import { reconcile, repack, updateDoc } from './commands';
import { MysqlErp, SqliteErp, Turnstile } from './db';
import type { ErpDb } from './db';
import { frappe, listDocs, readDoc } from './resources';
import { MysqlFaults, SqlFaultDesk, SqliteFaults, restoreFile } from './sql-faults';
import type { SqlFaults } from './sql-faults';

export const ERP_TOKEN = 'demo:erp-secret';
const BASE = '/api/resource/';

class Erp implements System {
  readonly name = 'erp';
  private readonly turnstile = new Turnstile();
  private readonly desk: SqlFaultDesk;

  constructor(
    private readonly db: ErpDb,
    faults: SqlFaults,
  ) {
    this.desk = new SqlFaultDesk(db, faults, this.turnstile);
  }

  isCommand({ method, path }: Request): boolean {
    return method !== 'GET' && path.startsWith(BASE);
  }

  handle(request: Request): Promise<Reply> {
    return this.isCommand(request) ? this.command(request, true) : this.read(request);
  }

  pretend(request: Request): Promise<Reply> {
    return this.command(request, false);
  }

  refusal(): Reply {
    return { status: 417, body: frappe(417, 'ValidationError', 'Not allowed').body };
  }

  activity(body: Record<string, unknown>): Promise<unknown> {
    return this.transact(() => act(this.db, body), true);
  }

  sqlFault(fault: Fault): Promise<void> {
    return this.desk.apply(fault);
  }

  clearSqlFaults(): Promise<void> {
    return this.desk.clear();
  }

  close(): Promise<void> {
    return this.db.close();
  }

  private async read(request: Request): Promise<Reply> {
    if (request.path === '/api/method/ping') return { status: 200, body: { message: 'pong' } };
    authorise(request);
    const [doctype, name] = route(request);
    const data = await this.turnstile.pass<unknown>(() =>
      name === undefined ? listDocs(this.db, doctype, request.query) : readDoc(this.db, doctype, name),
    );
    return { status: 200, body: { data } };
  }

  private async command(request: Request, keep: boolean): Promise<Reply> {
    authorise(request);
    const [doctype, name] = route(request);
    const body = jsonOf(request);
    const now = Date.now();
    const data = await this.transact(() => {
      if (request.method === 'PUT' && name !== undefined) return updateDoc(this.db, doctype, name, body, now);
      if (request.method === 'POST' && doctype === 'Stock Reconciliation')
        return reconcile(this.db, body, now);
      if (request.method === 'POST' && doctype === 'Stock Entry') return repack(this.db, body, now);
      throw frappe(403, 'PermissionError', `No permission for ${request.method} ${doctype}`);
    }, keep);
    return { status: 200, body: { data } };
  }

  private transact<T>(work: () => Promise<T>, keep: boolean): Promise<T> {
    return this.turnstile.pass(async () => {
      await this.db.begin();
      try {
        const result = await work();
        await this.db.end(keep);
        return result;
      } catch (error) {
        await this.db.end(false);
        throw error;
      }
    });
  }
}

/** Doctype and name; names may hold slashes. */
function route(request: Request): [string, string?] {
  if (!request.path.startsWith(BASE)) throw frappe(404, 'DoesNotExistError', `no ${request.path}`);
  const rest = request.path.slice(BASE.length);
  const cut = rest.indexOf('/');
  return cut < 0 ? [rest] : [rest.slice(0, cut), rest.slice(cut + 1)];
}

function authorise(request: Request): void {
  const given = request.headers.authorization;
  if (given === undefined) throw frappe(403, 'PermissionError', 'Login to access');
  if (given !== `token ${ERP_TOKEN}`) throw frappe(401, 'AuthenticationError', 'Invalid token');
}

export interface StartErp {
  readonly dir: string;
  readonly port?: number;
  /** `mysql://…` when the tables are on a server. */
  readonly erpUrl?: string;
}

/** Starts the ERP on a directory that holds a story. */
export function startErp({ dir, port = 0, erpUrl }: StartErp): Promise<Running> {
  if (erpUrl !== undefined) {
    const server = new MysqlErp(erpUrl);
    return serve(new Erp(server, new MysqlFaults(server)), dir, port);
  }
  const path = join(dir, 'erp.sqlite');
  restoreFile(path);
  const file = new SqliteErp(path);
  return serve(new Erp(file, new SqliteFaults(file)), dir, port);
}
