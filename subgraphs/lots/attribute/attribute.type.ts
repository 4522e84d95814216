/** A value of a term that has no field of its own. */
import { Field, InputType, ObjectType } from 'type-graphql';
import type { AttributeRow } from '../../../canonical/attributes/attribute-reads';
import { attributeKind } from '../../../platform/dictionary/attributes';
import type { Term } from '../../../platform/dictionary/dictionary';
import type { Language } from '../../../platform/request';
import { LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField, termDirective } from '../../../platform/graphql/term-field';
import { QuantityType } from '../quantity.type';

@AccessRule('attribute')
@ObjectType('AttributeValue')
export class AttributeValueType {
  /** Record that the value comes from; null where there is none, or it is masked. */
  recordPk!: number | null;
  @TermField(() => String, 'attribute.term', { nullable: false }) term!: string;
  @TermField(() => String, 'attribute.name') name!: string;
  @TermField(() => String, 'attribute.type') type!: string;
  @TermField(() => String, 'attribute.value') value!: string | null;
  @TermField(() => String, 'attribute.label') label!: string | null;
  @TermField(() => QuantityType, 'attribute.quantity') quantity!: QuantityType | null;
  @TermField(() => LocalDate, 'attribute.date') date!: string | null;
  @TermField(() => Boolean, 'attribute.boolean') boolean!: boolean | null;
  @TermField(() => Boolean, 'attribute.conflict') conflict!: boolean | null;
  @TermField(() => Boolean, 'attribute.masked') masked!: boolean;

  /** A term whose values the caller may not see: it looks the same whether or not there is a value. */
  static masked(term: Term, language: Language): AttributeValueType {
    return Object.assign(AttributeValueType.of(term, null, language), { conflict: null, masked: true });
  }

  static of(term: Term, row: AttributeRow | null, language: Language): AttributeValueType {
    const kind = attributeKind(term);
    const text = row?.text ?? null;
    const label = term.values.find(({ code }) => code === text)?.name[language] ?? null;
    return Object.assign(new AttributeValueType(), {
      ...{ recordPk: row?.recordPk ?? null, term: term.id, name: term.name[language], type: term.type },
      ...{ value: text, label },
      quantity: QuantityType.from(row?.micros ?? null, term.unit),
      date: kind === 'date' ? text : null,
      boolean: kind === 'boolean' && text !== null ? text === 'true' : null,
      ...{ conflict: row?.conflict ?? false, masked: false },
    });
  }
}

/** How a list is narrowed by an attribute; who may not read the term may not ask by it. */
@InputType('AttributeFilter')
export class AttributeFilter {
  @Field(() => String) @termDirective('attribute.term') term!: string;
  @TermField(() => String, 'attribute.value') equals?: string | null;
  @TermField(() => [String], 'attribute.value') in?: string[] | null;
  /** Included, as is `to`. */
  @TermField(() => String, 'attribute.value') from?: string | null;
  @TermField(() => String, 'attribute.value') to?: string | null;
}
