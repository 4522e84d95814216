/** How a term reads as the description of a graph field. */
import type { Term } from './dictionary';

/** "Expiry date. Last day on which … / 有效期至。…" */
export function describeTerm(term: Term): string {
  const english =
    term.definition.en === term.name.en ? term.name.en : `${term.name.en}. ${term.definition.en}`;
  const chinese =
    term.definition.zh === term.name.zh ? term.name.zh : `${term.name.zh}。${term.definition.zh}`;
  return `${english}\n\n${chinese}`;
}
