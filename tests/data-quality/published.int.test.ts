/** The quality of the data is held against what was published: not what files say, nor rows that somebody wrote by SQL. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataQuality } from '../../canonical/data-quality/data-quality';
import type { QualityStandards } from '../../canonical/data-quality/standard';
import { openDocuments } from '../../canonical/open-documents';
import { SYSTEM_ACTOR } from '../../controls/audit/audit-entry';
import type { ControlledDocument } from '../../controls/controlled-documents/controlled-document';
import { statusOf } from '../../controls/controlled-documents/shipped';
import { ALL_TABLES } from '../support/all-tables';
import { ROOT } from '../support/ask-subgraph';
import { describeEachDatabase } from '../support/databases';
import { QualityWorld, STANDARDS } from './quality-world';

jest.setTimeout(120_000);

const NAME = 'standards.yaml';
/** In the shipped file, of lots. */
const LEAST = "least: '95'\n    severity: WARNING\n    owner: quality";

/** A project folder whose standards ask for less. */
function looserRoot(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'lotgraph-quality-'));
  cpSync(path.join(ROOT, 'schema', 'dictionary'), path.join(root, 'schema', 'dictionary'), {
    recursive: true,
  });
  const file = path.join(root, 'schema', 'dictionary', 'quality', NAME);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(LEAST);
  writeFileSync(file, text.replace(LEAST, LEAST.replace('95', '1')));
  return root;
}

describeEachDatabase('published quality standards', (open) => {
  let world: QualityWorld;
  const standardsAt = (root: string): ControlledDocument<QualityStandards> => {
    const { database, clock, dictionary, controls } = world.services;
    const { audit, records } = controls;
    return openDocuments({ root, dictionary, database, clock, audit, records }).qualityStandards;
  };
  const qualityBy = (standards: ControlledDocument<QualityStandards>): DataQuality => {
    const { database, dictionary, clock, controls } = world.services;
    const systems = () => [world.erp];
    return new DataQuality({ database, dictionary, standards, clock, audit: controls.audit, systems });
  };
  const below = async (): Promise<string[]> =>
    (await world.findings())
      .filter(({ rule }) => rule === 'QUALITY_BELOW')
      .map(({ ruleId, ruleVersion }) => `${ruleId} ${ruleVersion}`);

  beforeEach(async () => {
    world = new QualityWorld(await open(ALL_TABLES), STANDARDS);
    for (let lot = 0; lot < 30; lot += 1)
      world.row(world.erp, 'lots', {
        key: `L${lot}`,
        record: { item: 'KIT', lotNumber: `L${lot}`, manufacturedOn: lot < 15 ? null : '2026-01-01' },
      });
    await world.sync(world.erp);
  });

  it('[Annex 11 §10] are gone by whatever is written into the file, and it is told that the file differs', async () => {
    const inForce = await standardsAt(ROOT).current();
    const edited = standardsAt(looserRoot());
    await qualityBy(edited).measure();
    expect(await below()).toEqual([`lot-dates-stated ${inForce.compiled.version}`]);
    expect(await statusOf(edited)).toMatchObject({ inForce: { number: 1 }, differs: true, problems: [] });
    expect((await statusOf(standardsAt(ROOT))).differs).toBe(false);
  });

  it('are taken up by a process that measures already, and resolve what is not asked any more', async () => {
    const running = standardsAt(ROOT);
    const quality = qualityBy(running);
    await quality.measure();
    expect(await below()).toHaveLength(1);
    const { texts, number } = await running.current();
    const looser = (texts[NAME] ?? '').replace(LEAST, LEAST.replace('95', '50'));
    await standardsAt(ROOT).publish(SYSTEM_ACTOR, { texts: { [NAME]: looser }, reason: 'test' }, number);
    running.forget();
    await quality.measure();
    expect(await below()).toEqual([]);
    const versions = await world.database.reader.query<{ standards_version: string }[]>(
      "SELECT DISTINCT standards_version FROM quality_score WHERE dimension = 'COMPLETENESS'",
    );
    expect(versions.map((row) => row.standards_version)).toEqual([
      (await running.current()).compiled.version,
    ]);
  });

  it('[21 CFR 11.10(e)] measure nothing where they were altered by SQL, and what was found stays', async () => {
    await qualityBy(standardsAt(ROOT)).measure();
    const found = await below();
    await world.database.write(async (manager) => {
      await manager.query('DROP TRIGGER IF EXISTS tr_regulated_record_no_update');
      await manager.query(
        "UPDATE regulated_record SET content = REPLACE(content, 'least: ''95''', 'least: ''10''') WHERE record_id = 'qualityStandards'",
      );
    });
    await expect(qualityBy(standardsAt(ROOT)).measure()).rejects.toMatchObject({ code: 'RECORD_UNTRUSTED' });
    expect(await below()).toEqual(found);
  });
});
