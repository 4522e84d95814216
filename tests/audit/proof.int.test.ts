import fc from 'fast-check';
import { buildProof } from '../../controls/audit/proof-builder';
import { type AuditProof, checkProof } from '../../controls/audit/proof';
import { readPublicKeys } from '../../controls/integrity/signature';
import { describeEachDatabase } from '../support/databases';
import { type AuditWorld, CONTROLS_TABLES, auditWorld, personActor } from './audit-world';

describeEachDatabase('a proof of an entry', (open) => {
  const SIZE = 700;
  let world: AuditWorld;
  beforeAll(async () => {
    world = auditWorld(await open(CONTROLS_TABLES));
    const act = { action: 'hold.place', outcome: 'DONE' } as const;
    await world.writer.write(Array.from({ length: SIZE }, () => ({ actor: personActor('p1'), act })));
    await world.sequencer.drain();
    await world.sequencer.checkpoint();
  });

  const proofOf = async (seq: number): Promise<AuditProof> => {
    const proof = await buildProof(world.database.reader, seq);
    if (proof === null) throw new Error('not covered');
    return proof;
  };
  const problemOf = (proof: unknown): string => {
    const verdict = check(proof);
    return verdict.ok ? 'accepted' : verdict.problem;
  };
  const check = (proof: unknown) => checkProof(JSON.stringify(proof), world.publicKeys);

  test.each([1, 2, 255, 256, 257, 512, 513, 640, 699, 700])('verifies for seq %d', async (seq) => {
    expect(check(await proofOf(seq))).toMatchObject({ ok: true });
  });

  test('reads few rows, however large the trail is', async () => {
    const before = world.database.statementCount;
    await proofOf(300);
    expect(world.database.statementCount - before).toBeLessThan(12);
  });

  test('still verifies once the person’s data is destroyed', async () => {
    const proof = await proofOf(17);
    await world.database.write((manager) => world.cipher.destroy(manager, 'p1'));
    expect(check(proof)).toMatchObject({ ok: true });
    expect(check(await proofOf(17))).toMatchObject({ ok: true });
  });

  test('is not given for an entry that no checkpoint covers, nor for one that is not there', async () => {
    await world.writer.write([{ actor: personActor('p2'), act: { action: 'late', outcome: 'DONE' } }]);
    await world.sequencer.drain();
    expect(await buildProof(world.database.reader, SIZE + 1)).toBeNull();
    await expect(buildProof(world.database.reader, 5000)).rejects.toThrow(/no entry/);
  });

  test('is refused with a sentence when any part of it is changed', async () => {
    const proof = await proofOf(300);
    const { entry, checkpoint, path } = proof;
    const other = auditWorld(world.database);
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [{ ...proof, seq: 301 }, /path does not lead/],
      [{ ...proof, entry: { ...entry, body: entry.body.replace('DONE', 'GONE') } }, /does not have its hash/],
      [{ ...proof, entry: { ...entry, id: 'x' } }, /another entry/],
      [{ ...proof, path: path.slice(1) }, /path does not lead/],
      [{ ...proof, path: [...path].reverse() }, /path does not lead/],
      [{ ...proof, checkpoint: { ...checkpoint, treeSize: 650 } }, /path does not lead|signature/],
      [{ ...proof, checkpoint: { ...checkpoint, at: checkpoint.at + 1 } }, /signature/],
      [
        { ...proof, checkpoint: { ...checkpoint, signature: other.keys.for('audit').sign('x') } },
        /not among/,
      ],
      [{ ...proof, checkpoint: null }, /checkpoint is none/],
      [{ ...proof, kind: 'x' }, /is no lotgraph-audit-proof/],
      [{ ...proof, path: ['zz'] }, /hex/],
      [[], /no JSON object/],
    ];
    for (const [changed, problem] of cases) expect(problemOf(changed)).toMatch(problem);
    expect(checkProof('{', world.publicKeys)).toMatchObject({ ok: false });
    expect(checkProof(JSON.stringify(proof), readPublicKeys(other.keys.for('audit').publicKey)).ok).toBe(
      false,
    );
  });

  test('that is not a proof is refused and never throws, whatever it holds', async () => {
    const proof = await proofOf(3);
    const parts = Object.keys(proof) as (keyof AuditProof)[];
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue(), (part, value) => {
        const changed = { ...proof, [part]: value };
        fc.pre(JSON.stringify(changed) !== JSON.stringify(proof));
        return !check(changed).ok;
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.string(), (text) => !checkProof(text, world.publicKeys).ok));
  });
});
