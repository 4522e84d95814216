/** How a term reads as the description of a graph field. */
import type { Term, TermDeprecation } from './dictionary';

/** "Expiry date. Last day on which … / 有效期至。…" */
export function describeTerm(term: Term): string {
  const english =
    term.definition.en === term.name.en ? term.name.en : `${term.name.en}. ${term.definition.en}`;
  const chinese =
    term.definition.zh === term.name.zh ? term.name.zh : `${term.name.zh}。${term.definition.zh}`;
  return `${english}\n\n${chinese}`;
}

/** "Since 2027-01-01: sterilisers are told apart by load. Use lot.load. May be removed from 2027-07-01." */
export function describeDeprecation({ since, removeOn, reason, replacedBy }: TermDeprecation): string {
  const next = replacedBy === null ? '' : ` Use ${replacedBy}.`;
  return `Since ${since}: ${/[.。]$/.test(reason) ? reason : `${reason}.`}${next} May be removed from ${removeOn}.`;
}
