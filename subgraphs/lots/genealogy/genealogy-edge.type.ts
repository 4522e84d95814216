/** One edge of the genealogy, seen from the lot that was asked. */
import { ObjectType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { Instant } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { toNumber, toNumberOrNull } from '../loaders/sql-values';
import { QuantityType } from '../quantity.type';
import type { EdgeRow } from './genealogy.list';

@AccessRule('genealogy')
@ObjectType('GenealogyEdge')
export class GenealogyEdgeType {
  otherLotPk!: number;
  inputLinePk!: number;
  documentRef!: string | null;
  @TermField(() => QuantityType, 'genealogy.consumed') consumed!: QuantityType | null;
  @TermField(() => QuantityType, 'genealogy.produced') produced!: QuantityType | null;
  @TermField(() => Instant, 'genealogy.occurredAt') occurredAt!: Date | null;

  static from(row: EdgeRow): GenealogyEdgeType {
    const occurredAt = toNumberOrNull(row.occurred_at);
    return Object.assign(new GenealogyEdgeType(), {
      otherLotPk: toNumber(row.other_pk),
      inputLinePk: toNumber(row.input_line_pk),
      documentRef: row.document_ref,
      consumed: QuantityType.from(toNumberOrNull(row.consumed), row.consumed_uom),
      produced: QuantityType.from(toNumberOrNull(row.produced), row.produced_uom),
      occurredAt: occurredAt === null ? null : new Date(occurredAt),
    });
  }
}

export const GenealogyConnection = connectionOf('GenealogyConnection', () => GenealogyEdgeType);
