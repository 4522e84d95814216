/**
 * The error vocabulary of the whole product: every code that a client, an operator or a log may meet.
 * `docs/errors.md` lists exactly these; a retired code is never reused.
 */

/** A message in the two languages of the product. */
export interface LocalizedText {
  readonly en: string;
  readonly zh: string;
}

interface ErrorCodeEntry extends LocalizedText {
  /** HTTP status of a response that carries nothing but this error. */
  readonly status: number;
}

/** Every stable error code, what it means to a person, and the HTTP status it stands for. */
export const ERROR_CODES = {
  UNAUTHENTICATED: { status: 401, en: 'Sign in first.', zh: '请先登录。' },
  SIGN_IN_REFUSED: {
    status: 401,
    en: 'Signing in was refused: check user name, password and code, or wait a while.',
    zh: '登录被拒绝:请检查用户名、密码和验证码,或稍后再试。',
  },
  STEP_UP_REQUIRED: {
    status: 401,
    en: 'Prove again who you are, with two components, to do this.',
    zh: '执行此操作前,请用两种要素再次验证您的身份。',
  },
  ACCESS_DENIED: { status: 403, en: 'You may not do this.', zh: '您没有此操作的权限。' },
  INVALID_REQUEST: { status: 400, en: 'The request is not valid.', zh: '请求无效。' },
  INVALID_INPUT: { status: 400, en: 'A value in the request is not valid.', zh: '请求中的值无效。' },
  REQUEST_TOO_LARGE: { status: 413, en: 'The request is too large.', zh: '请求过大。' },
  OPERATION_TOO_COMPLEX: { status: 400, en: 'The operation asks for too much.', zh: '查询过于复杂。' },
  RATE_LIMITED: {
    status: 429,
    en: 'You have asked for too much in a short time.',
    zh: '您在短时间内的请求过多。',
  },
  DOCUMENT_NOT_ALLOWED: {
    status: 403,
    en: 'Only registered documents may be run by this account.',
    zh: '此账户只能运行已登记的查询文档。',
  },
  NOT_FOUND: { status: 404, en: 'There is no such record.', zh: '记录不存在。' },
  AMBIGUOUS: {
    status: 409,
    en: 'More than one record fits; name one.',
    zh: '有多条记录符合,请指明其中一条。',
  },
  SIGN_OFF_UNAVAILABLE: {
    status: 503,
    en: 'This act needs two signatures, and signing is not available: nothing was done.',
    zh: '此操作需要双人签核,而签核服务不可用:未执行任何操作。',
  },
  AUDIT_UNAVAILABLE: {
    status: 503,
    en: 'The audit trail cannot be written, so the answer is withheld.',
    zh: '审计轨迹无法写入,因此不返回结果。',
  },
  SIGN_OFF_NEEDED: {
    status: 409,
    en: 'This needs the signatures of two people: propose it as such.',
    zh: '此操作需要两人签核:请提交签核。',
  },
  SELF_GRANT: {
    status: 409,
    en: 'Nobody has a part in granting a role to themself.',
    zh: '任何人不得参与向自己授予角色。',
  },
  GRANT_TOO_LONG: {
    status: 409,
    en: 'A grant of this role must end, and sooner.',
    zh: '该角色的授权必须有更早的截止时间。',
  },
  ROLES_CONFLICT: {
    status: 409,
    en: 'This role may not be held together with another one that the person has.',
    zh: '该角色不得与此人已有的其他角色同时持有。',
  },
  GRANT_NEEDS_SCOPE: {
    status: 409,
    en: 'A grant of this role must name sites or suppliers.',
    zh: '该角色的授权必须指明场所或供应商。',
  },
  SIGN_OFF_ONE_ACT: {
    status: 400,
    en: 'One document may hold one act that is signed for, and no more.',
    zh: '一份请求文档中只能包含一项需签核的操作。',
  },
  SIGN_OFF_CLOSED: {
    status: 409,
    en: 'This sign-off is closed: it was executed, rejected, withdrawn, has expired or is stale.',
    zh: '该签核已关闭:已执行、已拒绝、已撤回、已过期或已失效。',
  },
  SIGN_OFF_EXPIRED: {
    status: 409,
    en: 'This sign-off has expired: nothing was done.',
    zh: '该签核已过期:未执行任何操作。',
  },
  SIGN_OFF_STALE: {
    status: 409,
    en: 'What this sign-off is about has changed since it was proposed: nothing was done. Propose it anew.',
    zh: '自提议以来,签核对象已发生变化:未执行任何操作。请重新提议。',
  },
  SIGN_OFF_ALTERED: {
    status: 409,
    en: 'The stored proposal is not what was proposed: nothing was done.',
    zh: '存储的提议与原提议不一致:未执行任何操作。',
  },
  RECORD_UNTRUSTED: {
    status: 409,
    en: 'A stored record was not written by the product, or was altered: nothing is decided by it.',
    zh: '存储的记录并非由本系统写入,或已被篡改:不以其为依据作任何决定。',
  },
  SAME_PERSON: {
    status: 403,
    en: 'The same person may not do both halves of this.',
    zh: '同一人不得完成双人签核的两个部分。',
  },
  NOT_ELIGIBLE: {
    status: 403,
    en: 'You may not do this for this act.',
    zh: '您无权对此操作进行该签核动作。',
  },
  SIGNER_NOT_ELIGIBLE: {
    status: 409,
    en: 'A person who signed earlier may not sign any more: nothing was done.',
    zh: '先前的签核人已不再具备签核资格:未执行任何操作。',
  },
  BREAK_GLASS_FORBIDDEN: {
    status: 403,
    en: 'The policy does not allow this act to run on one signature, or there is nothing to review.',
    zh: '策略不允许此操作凭单人签核执行,或没有可复核的内容。',
  },
  DELEGATION_FORBIDDEN: {
    status: 403,
    en: 'This right may not be lent so: to whom, for what or for how long is out of bounds.',
    zh: '不得如此委托该权限:受托人、操作或期限超出允许范围。',
  },
  REASON_REQUIRED: { status: 400, en: 'Give a reason.', zh: '请说明理由。' },
  SOURCE_UNAVAILABLE: { status: 503, en: 'A source system did not answer.', zh: '源系统未应答。' },
  SOURCE_NONSENSE: { status: 502, en: 'A source system answered nonsense.', zh: '源系统的应答无法识别。' },
  SUBGRAPH_UNAVAILABLE: { status: 503, en: 'A part of the graph did not answer.', zh: '图的一部分未应答。' },
  DEADLINE_EXCEEDED: { status: 504, en: 'The answer took too long.', zh: '应答超时。' },
  ALARM_OWN_ACT: {
    status: 403,
    en: 'This alarm is about your own acts; someone else must settle it.',
    zh: '该告警涉及您本人的操作,须由他人处理。',
  },
  ALARM_SETTLED: {
    status: 409,
    en: 'The alarm is already acknowledged or closed.',
    zh: '该告警已被确认或关闭。',
  },
  ALARM_NEVER_SILENT: {
    status: 403,
    en: 'This alarm rule can never be silenced.',
    zh: '该告警规则不得静默。',
  },
  ALARM_SILENCE_TOO_LONG: {
    status: 400,
    en: 'An alarm rule of this severity cannot be silenced for so long.',
    zh: '该严重程度的告警规则不可静默这么久。',
  },
  FINDING_NOT_YOURS: {
    status: 403,
    en: 'Others answer for this finding.',
    zh: '该发现项由其他人员负责。',
  },
  FINDING_STATE_REFUSED: {
    status: 409,
    en: 'The finding cannot take this state: it is resolved, has it already, or only the data can resolve it.',
    zh: '该发现项不能改为此状态:其已消除、已处于该状态,或只能由数据本身消除。',
  },
  FINDING_ASSIGNEE_UNFIT: {
    status: 409,
    en: 'This account is not in use, or none of its roles answers for the finding.',
    zh: '该账户未启用,或其角色不负责该发现项。',
  },
  LOT_NOT_INSPECTED: {
    status: 409,
    en: 'Inspections of this lot or of its sterilisation load are not complete.',
    zh: '该批次或其灭菌批的检验尚未完成。',
  },
  LOT_INSPECTION_FAILED: {
    status: 409,
    en: 'An inspection of this lot or of its sterilisation load did not pass.',
    zh: '该批次或其灭菌批有检验不合格。',
  },
  LOT_INCOMPLETE: {
    status: 409,
    en: 'What must be known about this lot before its release is missing.',
    zh: '该批次缺少放行前必须具备的信息。',
  },
  LOT_ON_HOLD: {
    status: 409,
    en: 'The lot has an open hold.',
    zh: '该批次存在未解除的冻结。',
  },
  LOT_EXPIRED: {
    status: 409,
    en: 'The lot has expired.',
    zh: '该批次已过有效期。',
  },
  LOT_ALREADY_DECIDED: {
    status: 409,
    en: 'This decision about the lot stands already.',
    zh: '该批次已作出此决定。',
  },
  LOT_NOT_RELEASED: {
    status: 409,
    en: 'The lot is not released, so it cannot be unblocked.',
    zh: '该批次尚未放行,不能解除锁定。',
  },
  HOLD_NOT_OPEN: {
    status: 409,
    en: 'There is no such hold, or it was lifted already.',
    zh: '该冻结不存在或已解除。',
  },
  PARTS_DIFFER: {
    status: 409,
    en: 'The parts do not add up to what is there, or one of them is no new lot.',
    zh: '各部分数量之和与现存数量不符,或其中某一部分不是新批次。',
  },
  LOTS_DIFFER: {
    status: 409,
    en: 'These lots cannot become one: item, decision or expiry differ.',
    zh: '这些批次不能合并:物料、质量处置或有效期不同。',
  },
  NOTHING_TO_CHANGE: {
    status: 409,
    en: 'It is already so: there is nothing to change.',
    zh: '当前值已是如此,无需更改。',
  },
  SCHEMA_REMOVED_TOO_EARLY: {
    status: 409,
    en: 'A part of the graph is gone before the day that was announced for it.',
    zh: '图中的某一部分在公告的移除日期之前被移除。',
  },
  SOURCE_STALE: {
    status: 503,
    en: 'What is known from a source system is not fresh, and this act needs it to be.',
    zh: '来自源系统的数据不是最新,而此操作要求数据为最新。',
  },
  COMMAND_UNAVAILABLE: {
    status: 503,
    en: 'A legacy system that must be told cannot be commanded.',
    zh: '必须通知的业务系统无法接收指令。',
  },
  COMMAND_REFUSED: {
    status: 409,
    en: 'A legacy system refused what it was asked to do.',
    zh: '业务系统拒绝执行指令。',
  },
  COMMAND_UNKNOWN: {
    status: 503,
    en: 'It is not known yet whether a legacy system did what it was asked to do.',
    zh: '尚不清楚业务系统是否已执行指令。',
  },
  COMMAND_ALTERED: {
    status: 409,
    en: 'A waiting command is not what was signed: it was not sent.',
    zh: '待发指令与签核内容不一致:未发送。',
  },
  SOURCE_DRIFT: {
    status: 502,
    en: 'A source system is not what its mapping expects any more: it is not read, and its last copy is served.',
    zh: '源系统与其映射的预期不再一致:已停止读取,仅提供最后一次的副本。',
  },
  COPY_CHANGING: {
    status: 503,
    en: 'The copy of a source system is being derived anew under another mapping: values may be of either.',
    zh: '源系统的副本正在按另一映射重新推导:其数据可能来自新旧任一映射。',
  },
  IMPACT_STALE: {
    status: 409,
    en: 'What this mapping would change is not known for the data of now: let it be assessed again.',
    zh: '该映射对当前数据的影响未知:请重新评估。',
  },
  IDENTITY_CONFLICT: {
    status: 409,
    en: 'Another decision about these, or about what stands below them, is in the way: take it back first.',
    zh: '与这些对象或其下级对象的其他决定相冲突:请先撤销该决定。',
  },
  IDENTITY_HAS_ACTS: {
    status: 409,
    en: 'People have acted on the lot that would go: let it be the one that remains.',
    zh: '将被并入的批次已有人员操作记录:请将其作为保留的批次。',
  },
  IDENTITY_TOO_LARGE: {
    status: 409,
    en: 'More records than can be moved in one act concern these.',
    zh: '涉及的记录过多,无法在一次操作中完成。',
  },
  MAPPING_HAS_QUESTIONS: {
    status: 409,
    en: 'The mapping leaves questions open (# TODO): answer them, then publish it.',
    zh: '映射中仍有未解决的问题(# TODO):请先解决再发布。',
  },
  MAPPING_INVALID: { status: 500, en: 'A mapping is not valid.', zh: '映射无效。' },
  CONFIG_INVALID: { status: 500, en: 'The configuration is not valid.', zh: '配置无效。' },
  OVERLOADED: { status: 503, en: 'Too busy now; try again shortly.', zh: '服务繁忙,请稍后重试。' },
  NOT_READY: { status: 503, en: 'Not ready yet.', zh: '尚未就绪。' },
  INTERNAL: { status: 500, en: 'Something went wrong on our side.', zh: '服务内部错误。' },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Base of every error that may reach a client: a stable code, a message, and facts that are safe to show. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** Facts that a client may see; MUST NOT hold hosts, SQL, paths or secrets. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message?: string, facts: Record<string, unknown> = {}, cause?: unknown) {
    super(message ?? ERROR_CODES[code].en, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.facts = Object.freeze(facts);
  }
}

/** Thrown when a record that must exist does not. */
export class NotFoundError extends GatewayError {
  constructor(message: string, facts: Record<string, unknown> = {}) {
    super('NOT_FOUND', message, facts);
  }
}

/** Thrown when a caller has no permission, or none is declared: no policy means deny. */
export class AccessDeniedError extends GatewayError {
  constructor(message: string, facts: Record<string, unknown> = {}) {
    super('ACCESS_DENIED', message, facts);
  }
}

/** Thrown when a value from outside is not what its field allows; facts name the field. */
export class InvalidInputError extends GatewayError {
  constructor(message: string, facts: Record<string, unknown> = {}) {
    super('INVALID_INPUT', message, facts);
  }
}

/** Thrown when more than one record fits a natural key; facts name the candidates. */
export class AmbiguousError extends GatewayError {
  constructor(message: string, facts: Record<string, unknown> = {}) {
    super('AMBIGUOUS', message, facts);
  }
}

/** Thrown when a source system did not answer in time, refused, or answered nonsense. */
export class LegacyUnavailableError extends GatewayError {
  readonly system: string;
  readonly retryable: boolean;

  constructor(
    system: string,
    message: string,
    options: { retryable: boolean; nonsense?: boolean; cause?: unknown },
  ) {
    super(
      options.nonsense === true ? 'SOURCE_NONSENSE' : 'SOURCE_UNAVAILABLE',
      message,
      { system },
      options.cause,
    );
    this.system = system;
    this.retryable = options.retryable;
  }
}

/** One thing that is wrong with a mapping file. */
export interface MappingProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the document, e.g. `streams.batches.fields.expiry`. */
  readonly path: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Thrown when mapping files do not compile; lists every problem, each with file and line. */
export class MappingError extends GatewayError {
  readonly problems: readonly MappingProblem[];

  constructor(problems: readonly MappingProblem[]) {
    super(
      'MAPPING_INVALID',
      problems
        .map((p) => `${p.file}:${p.line}:${p.column} ${p.path}: ${p.message}${p.hint ? ` (${p.hint})` : ''}`)
        .join('\n'),
    );
    this.problems = problems;
  }
}

/** Thrown when the process cannot start as configured; the message lists every problem. */
export class ConfigError extends GatewayError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('CONFIG_INVALID', `Configuration is not valid:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.problems = problems;
  }
}
