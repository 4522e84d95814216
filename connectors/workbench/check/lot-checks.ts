/** Lots that would become one, or stay two, by accident: the same number after normalising, on two items, in two spellings. */
import type { CompiledStream } from '../../mapping/compile-stream';
import { examples, type CheckFinding, type Report } from './finding';
import type { CheckedRow } from './row-checks';

interface SeenLot {
  readonly key: string;
  readonly item: string;
  readonly lotNumber: string;
  readonly raw: string;
  readonly expiresOn: string;
}

/** Case, blanks, dashes, leading zeros: what people type differently and mean alike. */
const bare = (text: string) =>
  text
    .toUpperCase()
    .normalize('NFKC')
    .replace(/[\s\-_/.]+/gu, '')
    .replace(/^0+/u, '');

export function checkLots(
  stream: CompiledStream,
  rows: readonly CheckedRow[],
  report: Report,
): CheckFinding[] {
  if (stream.recordType !== 'lot') return [];
  const lots = rows.flatMap(({ raw, mapped }): SeenLot[] => {
    if (mapped.kind !== 'record' || mapped.voidReason !== null) return [];
    const { item, lotNumber, expiresOn } = mapped.record;
    if (typeof item !== 'string' || typeof lotNumber !== 'string') return [];
    const written = stream.rawText('lotNumber', raw) ?? lotNumber;
    return [
      {
        key: mapped.key,
        item,
        lotNumber,
        raw: written,
        expiresOn: typeof expiresOn === 'string' ? expiresOn : '',
      },
    ];
  });
  const path = ['streams', stream.name, 'fields', 'lotNumber'];
  const groups = (by: (lot: SeenLot) => string) => {
    const found = new Map<string, SeenLot[]>();
    for (const lot of lots) found.set(by(lot), [...(found.get(by(lot)) ?? []), lot]);
    return [...found.values()].filter((group) => group.length > 1);
  };
  const named = (group: readonly SeenLot[]) =>
    `${group[0]?.item ?? ''} ${[...new Set(group.map(({ raw }) => raw))].join(' = ')}`;

  const one = groups(({ item, lotNumber }) => JSON.stringify([item, lotNumber])).filter(
    (group) => new Set(group.map(({ key }) => key)).size > 1,
  );
  const differing = one.filter((group) => new Set(group.map(({ expiresOn }) => expiresOn)).size > 1);
  const nearly = groups(({ item, lotNumber }) => JSON.stringify([item, bare(lotNumber)])).filter(
    (group) => new Set(group.map(({ lotNumber }) => lotNumber)).size > 1,
  );
  const onTwo = groups(({ lotNumber }) => lotNumber).filter(
    (group) => new Set(group.map(({ item }) => item)).size > 1,
  );
  return [
    ...(one.length === 0
      ? []
      : [
          report(
            differing.length > 0 ? 'error' : 'warning',
            'LOT_COLLISION',
            path,
            `${one.length} lots are several rows of the source, of which ${differing.length} differ in expiry: ${examples(one.map(named))}`,
            {
              ...{ count: one.length, hint: 'one lot, or a number that is normalised too far?' },
            },
          ),
        ]),
    ...(nearly.length === 0
      ? []
      : [
          report(
            'warning',
            'LOT_NEARLY_SAME',
            path,
            `${nearly.length} numbers of one item differ only in case, blanks, marks or leading zeros and stay apart: ${examples(nearly.map(named))}`,
            {
              ...{
                count: nearly.length,
                hint: 'declare a normaliser under normalise: where they are one lot',
              },
            },
          ),
        ]),
    ...(onTwo.length === 0
      ? []
      : [
          report(
            'info',
            'LOT_ON_TWO_ITEMS',
            path,
            `${onTwo.length} numbers stand on more than one item: ${examples(onTwo.map((group) => group[0]?.lotNumber ?? ''))}`,
            { count: onTwo.length },
          ),
        ]),
  ];
}
