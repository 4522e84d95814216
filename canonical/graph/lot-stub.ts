/** The lot as a subgraph that does not own it knows it: by its key alone. Everything else about it is another's. */
import { Directive, ID, ObjectType } from 'type-graphql';
import { AccessRule, TermField } from '../../platform/graphql/term-field';
import { fromId, toId } from '../ids';
import type { LotVisibility } from '../scope/scoped-loaders';

export interface LotKeyed {
  readonly pk: number;
  readonly id: string;
}

export interface LotStubClass {
  new (): LotKeyed;
  of(pk: number): LotKeyed;
  /** Null when the id is no lot's, or that of a lot out of the caller's scope. */
  fromReference(
    reference: Readonly<Record<string, unknown>>,
    context: { readonly canSeeLot: LotVisibility },
  ): Promise<LotKeyed | null>;
}

/** A class of its own for each subgraph: type-graphql would give a shared one the fields that each of them adds. */
export function lotStub(): LotStubClass {
  @Directive('@key(fields: "id")')
  @AccessRule('lot')
  @ObjectType('Lot')
  class LotStub implements LotKeyed {
    pk!: number;
    @TermField(() => ID, 'lot.id', { nullable: false }) id!: string;

    static of(pk: number): LotStub {
      return Object.assign(new LotStub(), { pk, id: toId('lot', pk) });
    }

    static async fromReference(
      reference: Readonly<Record<string, unknown>>,
      { canSeeLot }: { readonly canSeeLot: LotVisibility },
    ): Promise<LotStub | null> {
      const pk = fromId('lot', String(reference['id']));
      return pk !== null && (await canSeeLot(pk)) ? LotStub.of(pk) : null;
    }
  }
  return LotStub;
}
