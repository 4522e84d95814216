/** A business document and its lines. */
import { Directive, ID, ObjectType } from 'type-graphql';
import type { DocumentLineRow, DocumentRow } from '../../../canonical/entities/stock.entity';
import { connectionOf } from '../../../canonical/graph/page.type';
import { toId } from '../../../canonical/ids';
import { enumOf } from '../../../platform/graphql/enums';
import { Instant, LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { DOCUMENT_STATES, DOCUMENT_TYPES, STAGES } from '../../../schema/records/record-types';
import { QuantityType } from '../quantity.type';

export const DocumentKind = enumOf('DocumentKind', DOCUMENT_TYPES);
export const DocumentState = enumOf('DocumentState', DOCUMENT_STATES);
export const Stage = enumOf('Stage', STAGES);

@Directive('@key(fields: "id")')
@AccessRule('document')
@ObjectType('Document')
export class DocumentType {
  row!: DocumentRow;
  @TermField(() => ID, 'document.id', { nullable: false }) id!: string;
  @TermField(() => DocumentKind, 'document.documentType') documentType!: string;
  @TermField(() => String, 'document.number') number!: string;
  @TermField(() => DocumentState, 'document.state') state!: string;
  @TermField(() => Stage, 'document.stage') stage!: string | null;
  @TermField(() => LocalDate, 'document.issuedOn') issuedOn!: string | null;
  @TermField(() => Instant, 'document.occurredAt') occurredAt!: Date | null;
  @TermField(() => String, 'document.system') system!: string;

  static from(row: DocumentRow): DocumentType {
    return Object.assign(new DocumentType(), row, {
      row,
      id: toId('document', row.pk),
      occurredAt: row.occurredAt === null ? null : new Date(row.occurredAt),
    });
  }
}

export const DocumentConnection = connectionOf('DocumentConnection', () => DocumentType);

@AccessRule('documentLine')
@ObjectType('DocumentLine')
export class DocumentLineType {
  row!: DocumentLineRow;
  @TermField(() => ID, 'documentLine.id', { nullable: false }) id!: string;
  @TermField(() => String, 'documentLine.line') line!: string | null;
  @TermField(() => QuantityType, 'documentLine.quantity') quantity!: QuantityType | null;

  static from(row: DocumentLineRow): DocumentLineType {
    return Object.assign(new DocumentLineType(), {
      row,
      id: toId('documentLine', row.pk),
      line: row.line,
      quantity: QuantityType.from(row.quantityMicros, row.uom),
    });
  }
}
