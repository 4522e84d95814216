/** A marked mutation over a table of its own: a counter that two people may set, and a command that follows. */
import { buildSchema, type GraphQLSchema } from 'graphql';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { applySignOff, requireAct } from '../../controls/sign-off/apply-sign-off';
import type { SignOffService } from '../../controls/sign-off/sign-off-service';
import { addSigningMutations } from '../../controls/sign-off/signing-mutations';
import { createTable, int, varchar } from '../../platform/database/migration-table';
import type { RequestContext } from '../../platform/request';

const SDL = `
  scalar Instant
  directive @term(id: ID!) on FIELD_DEFINITION | ARGUMENT_DEFINITION
  directive @access(rule: ID!) on FIELD_DEFINITION
  directive @dualSignOff(action: String!) on FIELD_DEFINITION
  type Signature { slot: Int name: String at: String meaning: String meaningCode: String role: String onBehalfOf: String printed: String genuine: Boolean }
  type SignOff { id: ID! status: String action: String expiresAt: String signatures: [Signature] signingHash: String }
  type Refusal { code: String! message: String! }
  type Payload { value: Int signOff: SignOff refusals: [Refusal!]! }
  enum Unit { PIECE BOX }
  type Query { value: Int }
  type Mutation {
    setCounter(counter: ID!, value: Int!, reason: String!, unit: Unit): Payload @dualSignOff(action: "lot.release")
    dropCounter(counter: ID!): Payload @dualSignOff(action: "lot.reject")
    comment(text: String!): String
  }
`;

export class ToyCounter1790000000000 implements MigrationInterface {
  readonly name = 'ToyCounter1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'toy_counter',
      columns: [varchar('id', 36).primary(), int('n'), int('runs')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('toy_counter', true);
  }
}

interface SetCounter {
  readonly counter: string;
  readonly value: number;
}

/** The schema with the engine in it. */
export function toySchema(service: () => SignOffService): GraphQLSchema {
  const base = addSigningMutations(buildSchema(SDL));
  const fields = base.getMutationType()?.getFields() ?? {};
  if (fields['setCounter'])
    fields['setCounter'].resolve = (_source, args, context) => setCounter(args as never, context as object);
  if (fields['dropCounter'])
    fields['dropCounter'].resolve = (_source, args, context) => dropCounter(args as never, context as object);
  if (fields['comment']) fields['comment'].resolve = () => 'said';
  return applySignOff(base, service);
}

async function setCounter({ counter, value }: SetCounter, context: object): Promise<object> {
  const act = requireAct(context);
  const [row] = await act.manager.query<{ n: number; runs: number }[]>(
    'SELECT n, runs FROM toy_counter WHERE id = ?',
    [counter],
  );
  // a counter stands at the site of its own name
  const { sites } = (context as RequestContext).caller;
  if (row === undefined || (sites.length > 0 && !sites.includes(counter))) {
    act.refuse('NOT_FOUND');
    return {};
  }
  act.relyOn('counter', counter, { n: row.n });
  if (value < 0) act.refuse('INVALID_INPUT');
  if (act.refused) return {};
  act.change({ field: 'counter.n', before: row.n, after: value });
  await act.manager.query('UPDATE toy_counter SET n = ?, runs = runs + 1 WHERE id = ?', [value, counter]);
  await act.writeRecord({
    type: 'adjustment',
    id: act.proposalId,
    subject: counter,
    content: { value, at: act.now, signers: act.signers.map((signer) => signer.person) },
  });
  await act.send({
    system: 'erp',
    kind: 'setLotQuantity',
    subject: counter,
    payload: { value: String(value) },
  });
  return { value };
}

function dropCounter({ counter }: { counter: string }, context: object): object {
  const act = requireAct(context);
  act.relyOn('counter', counter, {});
  return {};
}
