/**
 * A simulated Kingdee K3 Cloud: a login that gives a cookie, and one query that answers a list of lists in the order of the
 * field keys that it was asked for. Errors come with status 200, as a list that holds a list that holds them.
 */
import { ApiServer, type ApiAnswer, type ApiRequest } from '../../../connectors/rest/api-server';

export type Line = Record<string, string | number | null>;
/** Form → its lines, each with a value for every field key that the form knows. */
export type Forms = Record<string, Line[]>;

interface BillQuery {
  readonly FormId: string;
  readonly FieldKeys: string;
  readonly FilterString: string;
  readonly OrderString: string;
  readonly StartRow: number;
  readonly TopRowCount: number;
}

const SERVICES = '/k3cloud/Kingdee.BOS.WebApi.ServicesStub.';
const ACCOUNT = { acctID: 'acct-1', username: 'lotgraph', password: 'secret' };

export const ENV = {
  LOTGRAPH_SOURCE_KINGDEE_USERNAME: ACCOUNT.username,
  LOTGRAPH_SOURCE_KINGDEE_PASSWORD: ACCOUNT.password,
  LOTGRAPH_SOURCE_KINGDEE_ACCOUNT: ACCOUNT.acctID,
};

export class KingdeeServer {
  /** Lines that an answer holds, whatever is asked. */
  ceiling = 4;
  readonly api: ApiServer;
  /** Sessions that are open; clearing it ends them all. */
  readonly sessions = new Set<string>();
  logins = 0;

  constructor(readonly forms: Forms) {
    this.api = new ApiServer((request) => this.#answer(request));
  }

  async start(): Promise<string> {
    return new URL('/k3cloud/', await this.api.start()).href;
  }

  #answer({ method, path, headers, body }: ApiRequest): ApiAnswer {
    const service = path.startsWith(SERVICES) ? path.slice(SERVICES.length) : '';
    if (method !== 'POST') return { status: 404 };
    if (service === 'AuthService.ValidateUser.common.kdsvc') return this.#login(body);
    if (service !== 'DynamicFormService.ExecuteBillQuery.common.kdsvc') return { status: 404 };
    if (!this.sessions.has(headers.cookie ?? '')) return { body: failure('会话信息已丢失，请重新登录', 1) };
    return { body: this.query((JSON.parse(body) as { data: BillQuery }).data) };
  }

  #login(body: string): ApiAnswer {
    const given = JSON.parse(body) as Record<string, unknown>;
    const isKnown = Object.entries(ACCOUNT).every(([name, value]) => given[name] === value);
    if (!isKnown) return { body: { LoginResultType: 0, Message: '用户名或密码错误' } };
    this.logins += 1;
    const session = `kdservice-sessionid=${this.logins}`;
    this.sessions.add(session);
    return { headers: { 'set-cookie': `${session}; path=/; HttpOnly` }, body: { LoginResultType: 1 } };
  }

  /** What the query answers: a list of lists, or an error in one. */
  query({ FormId, FieldKeys, FilterString, OrderString, StartRow, TopRowCount }: BillQuery): unknown {
    const lines = this.forms[FormId];
    if (lines === undefined) return failure(`业务对象${FormId}不存在`, 4);
    const keys = FieldKeys.split(',');
    const unknown = keys.find((key) => lines.some((line) => !(key in line)));
    if (unknown !== undefined) return failure(`字段${unknown}不存在`, 9);
    const since = /^FModifyDate>='([\d :-]+)'$/u.exec(FilterString)?.[1]?.replace(' ', 'T');
    if (FilterString !== '' && since === undefined) return failure('过滤条件错误', 9);
    const changed = ({ FModifyDate }: Line) => String(FModifyDate);
    const found = lines.filter((line) => since === undefined || changed(line) >= since);
    if (OrderString === 'FModifyDate ASC') found.sort((a, b) => (changed(a) < changed(b) ? -1 : 1));
    const size = Math.min(TopRowCount, this.ceiling);
    const listed = found.map((line) => JSON.stringify(keys.map((key) => line[key] ?? null)));
    // fields of the head alone give a bill once
    const rows = [...new Set(listed)].map((row) => JSON.parse(row) as unknown[]);
    return rows.slice(StartRow, StartRow + size);
  }
}

const failure = (Message: string, MsgCode: number) => [
  [
    {
      Result: {
        ResponseStatus: { ErrorCode: 500, IsSuccess: false, Errors: [{ FieldName: '', Message }], MsgCode },
      },
    },
  ],
];
