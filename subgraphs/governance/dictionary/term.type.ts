/** A term of the data dictionary. */
import { ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionOf } from '../../../canonical/graph/page.type';
import { CLASSIFICATIONS, TERM_STATUSES, type Term } from '../../../platform/dictionary/dictionary';
import { LocalDate } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import { LocalizedTextType } from '../localized-text.type';

export const TermClassification = enumOfWords('TermClassification', CLASSIFICATIONS);
export const TermStatus = enumOfWords('TermStatus', TERM_STATUSES);

@AccessRule('dictionary')
@ObjectType('TermValue')
export class TermValueType {
  @TermField(() => String, 'term.value.code', { nullable: false }) code!: string;
  @TermField(() => LocalizedTextType, 'term.value.name') name!: LocalizedTextType;
}

@AccessRule('dictionary')
@ObjectType('TermSynonyms')
export class TermSynonymsType {
  @TermField(() => [String], 'term.synonyms.en', { nullable: false }) en!: readonly string[];
  @TermField(() => [String], 'term.synonyms.zh', { nullable: false }) zh!: readonly string[];
}

@AccessRule('dictionary')
@ObjectType('TermVersion')
export class TermVersionType {
  @TermField(() => Int, 'term.version', { nullable: false }) version!: number;
  @TermField(() => LocalDate, 'term.history.on') on!: string;
  @TermField(() => String, 'term.changeReason') reason!: string;
}

@AccessRule('dictionary')
@ObjectType('TermDeprecation')
export class TermDeprecationType {
  @TermField(() => LocalDate, 'term.deprecation.since', { nullable: false }) since!: string;
  @TermField(() => LocalDate, 'term.deprecation.removeOn', { nullable: false }) removeOn!: string;
  @TermField(() => String, 'term.deprecation.reason') reason!: string;
  @TermField(() => ID, 'term.deprecation.replacedBy') replacedBy!: string | null;
}

@AccessRule('dictionary')
@ObjectType('DictionaryTerm')
export class DictionaryTermType {
  @TermField(() => ID, 'term.id', { nullable: false }) id!: string;
  @TermField(() => String, 'term.group') group!: string;
  @TermField(() => LocalizedTextType, 'term.name') name!: LocalizedTextType;
  @TermField(() => LocalizedTextType, 'term.definition') definition!: LocalizedTextType;
  @TermField(() => String, 'term.type') type!: string;
  @TermField(() => String, 'term.unit') unit!: string | null;
  @TermField(() => String, 'term.format') format!: string | null;
  @TermField(() => String, 'term.pattern') pattern!: string | null;
  @TermField(() => [TermValueType], 'term.values') values!: readonly TermValueType[];
  @TermField(() => LocalizedTextType, 'term.nullMeaning') nullMeaning!: LocalizedTextType | null;
  @TermField(() => String, 'term.timeZone') timeZone!: string | null;
  @TermField(() => String, 'term.example') example!: string | null;
  @TermField(() => TermClassification, 'term.classification') classification!: string;
  @TermField(() => Boolean, 'term.regulated') regulated!: boolean;
  @TermField(() => String, 'term.owner') owner!: string;
  @TermField(() => String, 'term.steward') steward!: string;
  @TermField(() => TermStatus, 'term.status') status!: string;
  @TermField(() => Int, 'term.version') version!: number;
  @TermField(() => String, 'term.changeReason') changeReason!: string;
  @TermField(() => TermSynonymsType, 'term.synonyms') synonyms!: TermSynonymsType;
  @TermField(() => [String], 'term.precedence') precedence!: readonly string[];
  @TermField(() => [String], 'term.references') references!: readonly string[];
  @TermField(() => Boolean, 'term.attribute') attribute!: boolean;
  @TermField(() => [ID], 'term.derivedFrom') derivedFrom!: readonly string[];
  @TermField(() => [LocalizedTextType], 'term.qualityRules') qualityRules!: readonly LocalizedTextType[];
  @TermField(() => String, 'term.retention') retention!: string | null;
  @TermField(() => [TermVersionType], 'term.history') history!: readonly TermVersionType[];
  @TermField(() => TermDeprecationType, 'term.deprecation') deprecation!: TermDeprecationType | null;

  static from(term: Term): DictionaryTermType {
    return Object.assign(new DictionaryTermType(), {
      ...term,
      name: LocalizedTextType.from(term.name),
      definition: LocalizedTextType.from(term.definition),
      nullMeaning: LocalizedTextType.from(term.nullMeaning),
      qualityRules: term.qualityRules.map((rule) => LocalizedTextType.from(rule)),
      values: term.values.map(({ code, name }) => ({ code, name: LocalizedTextType.from(name) })),
    });
  }
}

export const DictionaryTermConnection = connectionOf('DictionaryTermConnection', () => DictionaryTermType);

/** The graph writes codes in capitals, the dictionary's files in small letters. */
function enumOfWords(name: string, words: readonly string[]): Record<string, string> {
  const values = Object.freeze(Object.fromEntries(words.map((word) => [word.toUpperCase(), word])));
  registerEnumType(values, { name });
  return values;
}
