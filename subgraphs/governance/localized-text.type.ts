/** A text in the two languages of the product. */
import { Directive, ObjectType } from 'type-graphql';
import type { LocalizedText } from '../../platform/errors';
import { AccessRule, TermField } from '../../platform/graphql/term-field';

@Directive('@shareable')
@AccessRule('localizedText')
@ObjectType('LocalizedText')
export class LocalizedTextType {
  @TermField(() => String, 'localizedText.en', { nullable: false }) en!: string;
  @TermField(() => String, 'localizedText.zh', { nullable: false }) zh!: string;

  static from(text: LocalizedText | null): LocalizedTextType | null {
    return text === null ? null : Object.assign(new LocalizedTextType(), { en: text.en, zh: text.zh });
  }
}
