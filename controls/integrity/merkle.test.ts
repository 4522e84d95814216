import fc from 'fast-check';
import { createHash } from 'node:crypto';
import {
  Frontier,
  TreeHasher,
  consistencyRanges,
  inclusionRanges,
  verifyConsistency,
  verifyInclusion,
  type LeafRange,
} from './merkle';

const sha = new TreeHasher('sha256');

/** MTH(D[n]) as RFC 9162 §2.1.1 defines it, with nothing kept from one call to the next. */
function definedRoot(hasher: TreeHasher, leaves: readonly string[]): string {
  if (leaves.length === 0) return hasher.empty();
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hasher.node(definedRoot(hasher, leaves.slice(0, split)), definedRoot(hasher, leaves.slice(split)));
}

const leavesOf = (hasher: TreeHasher, count: number): string[] =>
  Array.from({ length: count }, (_, index) => hasher.leaf(`entry ${index}`));
const rootsOf = (hasher: TreeHasher, leaves: readonly string[], ranges: readonly LeafRange[]): string[] =>
  ranges.map(({ start, end }) => definedRoot(hasher, leaves.slice(start, end)));

describe('the tree', () => {
  test('has the root of one empty leaf that is published', () => {
    const frontier = new Frontier(sha);
    frontier.append(sha.leaf(''));
    expect(Buffer.from(frontier.root(), 'hex').toString('base64')).toBe(
      'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    );
  });

  test('has the same root whatever was hashed before, also where a leaf is no hash', () => {
    const [fresh, used] = [new TreeHasher('sha256'), new TreeHasher('sha256')];
    used.node(used.leaf('a'), used.leaf('b'));
    expect(used.node('0', used.leaf('c'))).toBe(fresh.node('0', fresh.leaf('c')));
  });

  test('without leaves has the hash of nothing', () => {
    expect(new Frontier(sha).root()).toBe(createHash('sha256').digest('hex'));
  });

  test('hashes leaves and nodes apart', () => {
    const inner = Buffer.concat([Buffer.from(sha.leaf('a'), 'hex'), Buffer.from(sha.leaf('b'), 'hex')]);
    expect(sha.node(sha.leaf('a'), sha.leaf('b'))).toBe(
      createHash('sha256')
        .update(Buffer.concat([Buffer.of(1), inner]))
        .digest('hex'),
    );
    expect(sha.leaf('x')).toBe(createHash('sha256').update('\0x').digest('hex'));
  });

  test.each(['sha256', 'sm3'] as const)(
    'grown leaf by leaf has the defined root at every size (%s)',
    (name) => {
      const hasher = new TreeHasher(name);
      const leaves = leavesOf(hasher, 70);
      const frontier = new Frontier(hasher);
      for (const [index, leaf] of leaves.entries()) {
        frontier.append(leaf);
        expect(frontier.root()).toBe(definedRoot(hasher, leaves.slice(0, index + 1)));
      }
    },
  );

  test('goes on from its kept frontier as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (first, more) => {
        const leaves = leavesOf(sha, first + more);
        const before = new Frontier(sha);
        for (const leaf of leaves.slice(0, first)) before.append(leaf);
        const after = new Frontier(sha, before.size, before.hashes);
        for (const leaf of leaves.slice(first)) after.append(leaf);
        return after.root() === definedRoot(sha, leaves);
      }),
      { numRuns: 30 },
    );
  });

  test('tells of every subtree that a leaf completes', () => {
    const leaves = leavesOf(sha, 32);
    const frontier = new Frontier(sha);
    const seen: string[] = [];
    for (const leaf of leaves)
      frontier.append(leaf, ({ level, index, hash }) => {
        seen.push(`${level}/${index}`);
        expect(hash).toBe(definedRoot(sha, leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
      });
    expect(seen).toHaveLength(31);
    expect(seen.at(-1)).toBe('5/0');
  });
});

describe('a proof of inclusion', () => {
  const tree = fc
    .integer({ min: 1, max: 120 })
    .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));

  test('verifies for every leaf of every tree', () => {
    fc.assert(
      fc.property(tree, ({ size, index }) => {
        const leaves = leavesOf(sha, size);
        const path = rootsOf(sha, leaves, inclusionRanges(index, size));
        const root = definedRoot(sha, leaves);
        return verifyInclusion(sha, { index, size, leaf: leaves[index] ?? '', path, root });
      }),
    );
  });

  test('fails for another leaf, place, size or a changed step', () => {
    fc.assert(
      fc.property(tree, fc.nat(), ({ size, index }, pick) => {
        const leaves = leavesOf(sha, size);
        const path = rootsOf(sha, leaves, inclusionRanges(index, size));
        const proof = { index, size, leaf: leaves[index] ?? '', path, root: definedRoot(sha, leaves) };
        const changed = path.map((step, at) => (at === pick % path.length ? sha.leaf(step) : step));
        expect(verifyInclusion(sha, { ...proof, leaf: sha.leaf('other') })).toBe(false);
        expect(verifyInclusion(sha, { ...proof, path: [...path, sha.leaf('more')] })).toBe(false);
        expect(verifyInclusion(sha, { ...proof, index: size })).toBe(false);
        if (size > 1) {
          expect(verifyInclusion(sha, { ...proof, path: changed })).toBe(false);
          expect(verifyInclusion(sha, { ...proof, path: path.slice(1) })).toBe(false);
          expect(verifyInclusion(sha, { ...proof, index: (index + 1) % size })).toBe(false);
        }
      }),
    );
  });

  test('of nonsense is false and never throws', () => {
    const any = fc.record({
      index: fc.oneof(fc.integer(), fc.double()),
      size: fc.oneof(fc.integer(), fc.double()),
      leaf: fc.string(),
      root: fc.string(),
      path: fc.array(fc.oneof(fc.string(), fc.constant('a'.repeat(64)))),
    });
    fc.assert(fc.property(any, (proof) => !verifyInclusion(sha, proof)));
  });
});

describe('a proof of consistency', () => {
  const trees = fc
    .integer({ min: 1, max: 120 })
    .chain((size) => fc.record({ size: fc.constant(size), earlier: fc.integer({ min: 1, max: size }) }));

  test('verifies for every earlier size of every tree', () => {
    fc.assert(
      fc.property(trees, ({ size, earlier }) => {
        const leaves = leavesOf(sha, size);
        const path = rootsOf(sha, leaves, consistencyRanges(earlier, size));
        return verifyConsistency(sha, {
          ...{ earlier, size, path },
          earlierRoot: definedRoot(sha, leaves.slice(0, earlier)),
          root: definedRoot(sha, leaves),
        });
      }),
    );
  });

  test('fails when a leaf of the earlier tree was changed', () => {
    fc.assert(
      fc.property(trees, fc.nat(), ({ size, earlier }, pick) => {
        const leaves = leavesOf(sha, size);
        const forged = leaves.map((leaf, at) => (at === pick % earlier ? sha.leaf('forged') : leaf));
        return !verifyConsistency(sha, {
          ...{ earlier, size },
          path: rootsOf(sha, forged, consistencyRanges(earlier, size)),
          earlierRoot: definedRoot(sha, leaves.slice(0, earlier)),
          root: definedRoot(sha, forged),
        });
      }),
    );
  });
});
