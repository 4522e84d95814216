// Puts a system behind HTTP: its own API, and the double-underscore endpoints that only tests use.
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Answers, Stats } from './commands';
import { Faults } from './faults';
import type { Fault } from './faults';
import { HttpError, jsonOf, listen, send } from './http';
import type { Reply, Request } from './http';

export interface System {
  readonly name: string;
  /** True for requests that change something on behalf of a caller. */
  isCommand(request: Request): boolean;
  handle(request: Request): Promise<Reply> | Reply;
  /** Runs the request and takes everything back: the answer of a liar. */
  pretend(request: Request): Promise<Reply>;
  /** How this product says no. */
  refusal(): Reply;
  activity(body: Record<string, unknown>): Promise<unknown>;
  /** Faults below HTTP; only the ERP has them. */
  sqlFault?(fault: Fault): Promise<void>;
  clearSqlFaults?(): Promise<void>;
  close(): Promise<void>;
}

export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts serving a system. */
export async function serve(system: System, dir: string, port: number): Promise<Running> {
  const host = new Host(system, new Answers(join(dir, `${system.name}.answers.jsonl`)));
  const { server, url } = await listen(port, (request, response) => host.respond(request, response));
  return {
    url,
    close: async () => {
      await host.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await system.close();
    },
  };
}

class Host {
  private readonly faults = new Faults();
  private readonly stats = new Stats();
  private readonly running = new Map<string, Promise<Reply>>();

  constructor(
    private readonly system: System,
    private readonly answers: Answers,
  ) {}

  async respond(request: Request, response: ServerResponse): Promise<void> {
    if (request.path.startsWith('/__')) {
      send(response, await settled(() => this.control(request)));
      return;
    }
    this.stats.request(request);
    const search = request.query.toString();
    const fault = this.faults.take('requests', request.path + (search === '' ? '' : `?${search}`));
    if (fault && (await this.spoil(fault, request, response))) return;
    const reply = await this.answer(request);
    if (reply) send(response, reply);
    else response.destroy();
  }

  async close(): Promise<void> {
    this.faults.clear();
    await this.system.clearSqlFaults?.();
  }

  private async control(request: Request): Promise<Reply> {
    const action = `${request.method} ${request.path}`;
    switch (action) {
      case 'GET /__health':
        return { status: 200, body: { system: this.system.name, ok: true } };
      case 'GET /__faults':
        return { status: 200, body: this.faults.all() };
      case 'DELETE /__faults':
        this.faults.clear();
        await this.system.clearSqlFaults?.();
        return { status: 204 };
      case 'GET /__stats':
        return { status: 200, body: this.stats.snapshot() };
      case 'DELETE /__stats':
        this.stats.reset();
        return { status: 204 };
      case 'POST /__activity':
        return { status: 200, body: await this.system.activity(jsonOf(request)) };
      case 'POST /__faults': {
        const fault = this.faults.add(jsonOf(request));
        if (fault.target === 'sql') await this.sqlFault(fault);
        return { status: 201, body: fault };
      }
      default:
        return { status: 404, body: { error: `no ${action}` } };
    }
  }

  private async sqlFault(fault: Fault): Promise<void> {
    if (!this.system.sqlFault) throw new HttpError(400, { error: `${this.system.name} has no SQL side` });
    await this.system.sqlFault(fault);
    if (fault.delayMs === null) return;
    setTimeout(() => void this.system.clearSqlFaults?.(), fault.delayMs).unref();
  }

  /** Applies a fault to the request; true when it has been answered (or never will be). */
  private async spoil(fault: Fault, request: Request, response: ServerResponse): Promise<boolean> {
    switch (fault.mode) {
      case 'slow':
        await pause(fault.delayMs ?? 1000);
        return false;
      case 'hang':
        await this.faults.wait(fault.delayMs);
        response.destroy();
        return true;
      case '429':
        send(response, {
          status: 429,
          body: { error: 'Too Many Requests' },
          headers: { 'Retry-After': '1' },
        });
        return true;
      case '500':
        send(response, { status: 500, body: { error: 'Internal Server Error' } });
        return true;
      case 'wrongContentType':
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
        response.end('<!doctype html><title>Maintenance</title><p>系统维护中');
        return true;
      case 'halfPage': {
        const reply = await this.answer(request);
        const text = Buffer.from(JSON.stringify(reply?.body ?? {}));
        response.writeHead(200, {
          'Content-Type': 'application/json; charset=utf-8',
          'Content-Length': text.length,
        });
        response.write(text.subarray(0, Math.max(1, Math.floor(text.length / 2))), () => response.destroy());
        return true;
      }
      default:
        response.destroy();
        return true;
    }
  }

  /** Null when the caller is never to hear anything. */
  private async answer(request: Request): Promise<Reply | null> {
    if (!this.system.isCommand(request)) return settled(() => this.system.handle(request));
    const known = this.answers.find(request);
    if (known) {
      this.stats.command(request, 'replayed');
      return known;
    }
    const fault = this.faults.take('commands', request.path);
    switch (fault?.mode) {
      case 'refuse':
        this.stats.command(request, 'not executed');
        return this.system.refusal();
      case 'hang':
        this.stats.command(request, 'not executed');
        await this.faults.wait(fault.delayMs);
        return null;
      case 'lieOk':
        this.stats.command(request, 'not executed');
        return settled(() => this.system.pretend(request));
      case 'lieFail': {
        const reply = await this.execute(request);
        return reply.status < 300 ? { status: 500, body: { error: 'Internal Server Error' } } : reply;
      }
      default:
        return this.execute(request);
    }
  }

  /** Runs a command once per idempotency key, also when two callers come at the same time. */
  private execute(request: Request): Promise<Reply> {
    const key = request.headers['idempotency-key'];
    const going = typeof key === 'string' ? this.running.get(key) : undefined;
    if (going) {
      this.stats.command(request, 'replayed');
      return going;
    }
    const run = settled(() => this.system.handle(request)).then((reply) => {
      const done = reply.status < 300;
      this.stats.command(request, done ? 'executed' : 'not executed');
      if (done) this.answers.keep(request, reply);
      return reply;
    });
    if (typeof key === 'string') {
      this.running.set(key, run);
      void run.finally(() => this.running.delete(key));
    }
    return run;
  }
}

/** The reply of an act, or the reply its HttpError stands for. */
async function settled(act: () => Promise<Reply> | Reply): Promise<Reply> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HttpError) return { status: error.status, body: error.body };
    return { status: 500, body: { error: String(error) } };
  }
}
