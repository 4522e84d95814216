/** How complete the information about a lot is, as the graph shows it. */
import { ID, Int, ObjectType } from 'type-graphql';
import type { Completeness, Doubt, Unknown } from '../../../canonical/completeness/assess';
import type { CompletenessAsk } from '../../../canonical/completeness/completeness-rule';
import { fromMicros } from '../../../platform/decimal';
import type { Dictionary } from '../../../platform/dictionary/dictionary';
import { enumOf } from '../../../platform/graphql/enums';
import { Decimal } from '../../../platform/graphql/scalars';
import { AccessRule, TermField } from '../../../platform/graphql/term-field';
import type { Language } from '../../../platform/request';

const DOUBTS = ['SOURCE_STALE', 'ROWS_LIMITED'] as const satisfies readonly Doubt['reason'][];
export const CompletenessDoubt = enumOf('CompletenessDoubt', DOUBTS);

/** In whose words, and by whose names of terms. */
interface Words {
  readonly language: Language;
  readonly dictionary: Dictionary;
}

@AccessRule('lotCompleteness')
@ObjectType('CompletenessGap')
export class CompletenessGapType {
  @TermField(() => ID, 'completenessGap.term', { nullable: false }) term!: string;
  @TermField(() => String, 'completenessGap.label') label!: string;
  @TermField(() => Int, 'completenessGap.weight') weight!: number | null;
  @TermField(() => Boolean, 'completenessGap.required') required!: boolean;
  @TermField(() => CompletenessDoubt, 'completenessGap.doubt') doubt!: string | null;
  @TermField(() => [String], 'completenessGap.systems') systems!: readonly string[];

  static missing(
    { asked, name, weight, required }: CompletenessAsk,
    { language }: Words,
  ): CompletenessGapType {
    return Object.assign(new CompletenessGapType(), {
      ...{ term: asked.id, label: name[language], weight, required, doubt: null, systems: [] },
    });
  }

  static unknown({ ask, asked, doubt }: Unknown, { language, dictionary }: Words): CompletenessGapType {
    return Object.assign(new CompletenessGapType(), {
      term: ask?.asked.id ?? asked.id,
      label: (ask?.name ?? dictionary.find(asked.id)?.name)?.[language] ?? asked.id,
      ...{ weight: ask?.weight ?? null, required: ask?.required ?? false },
      ...{ doubt: doubt.reason, systems: doubt.systems },
    });
  }
}

@AccessRule('lotCompleteness')
@ObjectType('LotCompleteness')
export class LotCompletenessType {
  @TermField(() => Decimal, 'lotCompleteness.score') score!: string | null;
  @TermField(() => Decimal, 'lotCompleteness.least') least!: string | null;
  @TermField(() => Boolean, 'lotCompleteness.complete') complete!: boolean | null;
  @TermField(() => String, 'lotCompleteness.profile') profile!: string | null;
  @TermField(() => String, 'lotCompleteness.profileName') profileName!: string | null;
  @TermField(() => ID, 'lotCompleteness.ruleVersion') ruleVersion!: string;
  @TermField(() => [CompletenessGapType], 'lotCompleteness.missing') missing!: readonly CompletenessGapType[];
  @TermField(() => [CompletenessGapType], 'lotCompleteness.unknown') unknown!: readonly CompletenessGapType[];

  static from(found: Completeness, words: Words): LotCompletenessType {
    const { profile, scoreMicros, complete, ruleVersion, missing, unknown } = found;
    return Object.assign(new LotCompletenessType(), {
      score: scoreMicros === null ? null : fromMicros(scoreMicros),
      least: profile === null ? null : fromMicros(profile.leastMicros),
      ...{ complete, ruleVersion, profile: profile?.id ?? null },
      profileName: profile?.name[words.language] ?? null,
      missing: missing.map((ask) => CompletenessGapType.missing(ask, words)),
      unknown: unknown.map((one) => CompletenessGapType.unknown(one, words)),
    });
  }
}
