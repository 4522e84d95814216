/** Which of the product's languages a caller reads: what the header prefers, else what the token says. */
import type { Language } from '../../platform/request';

/** The language of ours that an Accept-Language header prefers; null when it names none. */
export function preferredLanguage(header: string | undefined): Language | null {
  const ranked = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: languageOf(tag), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter((entry) => entry.language !== null && entry.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return ranked[0]?.language ?? null;
}

function languageOf(tag: string): Language | null {
  if (/^zh(-|$)/.test(tag)) return 'zh';
  return /^en(-|$)/.test(tag) ? 'en' : null;
}
