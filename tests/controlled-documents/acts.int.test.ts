/** Publishing rules, quality standards, alarm rules and claims: nothing gets weaker on one person's word, and only by whose right it is. */
import { TEST_DIALECTS } from '../support/databases';
import { ActsWorld, type Person, type Staged } from './acts-world';

jest.setTimeout(180_000);

describe.each(TEST_DIALECTS)('publishing controlled documents on %s', (dialect) => {
  let world: ActsWorld;
  beforeAll(async () => {
    world = await ActsWorld.start(dialect);
  });
  afterAll(() => world.close());

  const codes = ({ refusals }: { refusals: readonly { code: string }[] }): string[] =>
    refusals.map(({ code }) => code);
  const weaker = ({ changes }: Staged): string[] =>
    changes.filter(({ weakens }) => weakens).map(({ place }) => place);

  interface InForce {
    readonly document: string;
    readonly differs: boolean;
    readonly problems: readonly string[];
    readonly inForce: { number: number; files: readonly { name: string; text: string }[] };
  }

  const fresh = (): void => {
    const { controls, consistencyRules, qualityStandards, completenessRules } = world.services;
    const { alarmRules, claims } = controls;
    for (const one of [consistencyRules, qualityStandards, completenessRules, alarmRules, claims])
      one.forget();
  };

  async function documents(): Promise<Record<string, InForce>> {
    const source =
      '{ controlledDocuments { document differs problems inForce { number files { name text } } } }';
    const { controlledDocuments } = await world.ask<{ controlledDocuments: InForce[] }>('steward', source);
    return Object.fromEntries(controlledDocuments.map((one) => [one.document, one]));
  }

  /** The files in force with one text replaced by another. */
  async function edited(document: string, from: string, to: string): Promise<object[]> {
    const { inForce } = (await documents())[document] as InForce;
    expect(inForce.files.some(({ text }) => text.includes(from))).toBe(true);
    return inForce.files.map(({ name, text }) => ({ name, text: text.replace(from, to) }));
  }

  async function publishedByTwo(
    mutation: string,
    version: string | null,
    [first, second]: readonly [Person, Person],
  ): Promise<string | undefined> {
    const proposed = await world.publish(first, mutation, version);
    const id = proposed.signOff?.id ?? '';
    const signing = `sign${mutation[0]?.toUpperCase() ?? ''}${mutation.slice(1)}`;
    await world.sign(first, signing, id);
    const done = await world.sign(second, signing, id);
    fresh();
    return done.signOff?.status;
  }

  test('the shipped documents are in force, and the files say the same', async () => {
    const all = await documents();
    expect(
      Object.values(all).map(({ document, differs, problems, inForce }) => [
        ...[document, differs, problems, inForce.number, inForce.files.map(({ name }) => name)],
      ]),
    ).toEqual([
      ['CONSISTENCY_RULES', false, [], 1, ['consistency.yaml']],
      ['QUALITY_STANDARDS', false, [], 1, ['standards.yaml']],
      ['COMPLETENESS_RULES', false, [], 1, ['completeness.yaml']],
      ['ALARM_RULES', false, [], 1, ['channels.yaml', 'rules.yaml']],
      ['CLAIMS', false, [], 1, ['claims.yaml']],
    ]);
  });

  test('a document that does not compile, or lacks a file, is not kept, and says where it is wrong', async () => {
    const broken = await world.stage(
      'sec1',
      'stageAlarmRules',
      await edited('ALARM_RULES', '[session.lockout]', '[session.lockedOut]'),
    );
    expect(broken.version).toBeNull();
    expect(broken.problems[0]).toMatch(/rules\.yaml:\d+:\d+ .*no part of the product writes/);
    const half = await world.stage('sec1', 'stageAlarmRules', [{ name: 'rules.yaml', text: 'x' }]);
    expect(half).toMatchObject({ version: null, problems: [expect.stringContaining('channels.yaml')] });
  });

  test('[Annex 11 §10] an alarm that is heard less is not published on one word; by two it is, and processes take it up', async () => {
    const files = await edited('ALARM_RULES', 'atLeast: 10000', 'atLeast: 20000');
    const staged = await world.stage('sec1', 'stageAlarmRules', files);
    expect(weaker(staged)).toEqual(['rules.bulk-read.threshold.atLeast']);
    expect(codes(await world.publish('sec1', 'tightenAlarmRules', staged.version))).toEqual([
      'SIGN_OFF_NEEDED',
    ]);
    const threshold = async (): Promise<number | undefined> =>
      (await world.services.controls.alarms.rules()).find(({ id }) => id === 'bulk-read')?.threshold.count;
    expect(await threshold()).toBe(10_000);
    expect(await publishedByTwo('publishAlarmRules', staged.version, ['sec1', 'sec2'])).toBe('EXECUTED');
    expect(await threshold()).toBe(20_000);
    expect((await documents())['ALARM_RULES']).toMatchObject({ differs: true, inForce: { number: 2 } });
  });

  test('one person publishes what is stricter, with a reason, and never nothing', async () => {
    const files = await edited('ALARM_RULES', 'atLeast: 20000', 'atLeast: 5000');
    const { version, weakens } = await world.stage('sec2', 'stageAlarmRules', files);
    expect(weakens).toBe(false);
    expect(codes(await world.publish('sec2', 'tightenAlarmRules', version, ' '))).toEqual([
      'REASON_REQUIRED',
    ]);
    expect(codes(await world.publish('sec2', 'tightenAlarmRules', version))).toEqual([]);
    fresh();
    expect(codes(await world.publish('sec2', 'tightenAlarmRules', version))).toEqual(['NOTHING_TO_CHANGE']);
    expect(codes(await world.publish('sec2', 'tightenAlarmRules', 'sha256:none'))).toEqual(['NOT_FOUND']);
  });

  test('an older version is rolled back to, by two where it is weaker', async () => {
    const staged = await world.rollback('sec1', 'rollbackAlarmRules', 1);
    expect(weaker(staged)).toEqual(['rules.bulk-read.threshold.atLeast']);
    expect(await publishedByTwo('publishAlarmRules', staged.version, ['sec2', 'lead'])).toBe('EXECUTED');
    expect((await documents())['ALARM_RULES']).toMatchObject({ differs: false, inForce: { number: 4 } });
    expect(codes(await world.rollback('sec1', 'rollbackAlarmRules', 99))).toEqual(['NOT_FOUND']);
  });

  test('[21 CFR 11.10(g)] a group that gives a role of high risk takes two, one of low risk does not', async () => {
    const lead = await world.stage(
      'sec1',
      'stageClaims',
      await edited(
        'CLAIMS',
        '    lotgraph-auditors: auditor',
        '    lotgraph-auditors: auditor\n    bosses: qa-lead',
      ),
    );
    expect(weaker(lead)).toEqual(['oidc.roles.bosses']);
    expect(codes(await world.publish('sec1', 'tightenClaims', lead.version))).toEqual(['SIGN_OFF_NEEDED']);
    const guest = await world.stage(
      'sec1',
      'stageClaims',
      await edited(
        'CLAIMS',
        '    lotgraph-auditors: auditor',
        '    lotgraph-auditors: auditor\n    guests: analyst',
      ),
    );
    expect(weaker(guest)).toEqual([]);
    expect(codes(await world.publish('sec1', 'tightenClaims', guest.version))).toEqual([]);
    const officer = await world.stage(
      'sec1',
      'stageClaims',
      await edited('CLAIMS', 'guests: analyst', 'guests: security-officer'),
    );
    expect(officer.problems[0]).toMatch(/must not map to security-officer/);
  });

  test('what was compared with another version is stale when that was published meanwhile', async () => {
    const files = await edited('CLAIMS', 'amr: [mfa,', 'amr: [pwd, mfa,');
    const { version } = await world.stage('sec1', 'stageClaims', files);
    const proposed = await world.publish('sec1', 'publishClaims', version);
    const id = proposed.signOff?.id ?? '';
    await world.sign('sec1', 'signPublishClaims', id);
    const tighter = await world.stage(
      'sec2',
      'stageClaims',
      await edited('CLAIMS', '    guests: analyst\n', ''),
    );
    expect(codes(await world.publish('sec2', 'tightenClaims', tighter.version))).toEqual([]);
    expect(codes(await world.sign('sec2', 'signPublishClaims', id))).toEqual(['SIGN_OFF_STALE']);
  });

  test('one person never fills both signatures, by whatever role', async () => {
    const files = await edited('CLAIMS', 'provision: false', 'provision: true');
    const { version } = await world.stage('sec1', 'stageClaims', files);
    const id = (await world.publish('sec1', 'publishClaims', version)).signOff?.id ?? '';
    await world.sign('sec1', 'signPublishClaims', id);
    expect(codes(await world.sign('sec1', 'signPublishClaims', id))).not.toEqual([]);
    expect((await world.services.controls.claims.published())?.texts['claims.yaml']).toContain(
      'provision: false',
    );
  });

  test('a rule that is weaker is published by quality, and what is checked follows', async () => {
    const files = await edited('CONSISTENCY_RULES', "tolerance: '0'", "tolerance: '5'");
    const { version, ...staged } = await world.stage('steward', 'stageConsistencyRules', files);
    expect(staged.weakens).toBe(true);
    expect(await publishedByTwo('publishConsistencyRules', version, ['steward', 'lead'])).toBe('EXECUTED');
    const { compiled } = await world.services.consistencyRules.current();
    expect(compiled.rules.find(({ id }) => id === 'stock-differs')?.check).toMatchObject({
      toleranceMicros: 5_000_000,
    });
  });

  test('[Annex 11 §10] a standard that asks for less is published by two, what asks for more by one', async () => {
    const least = async (): Promise<number | undefined> =>
      (await world.services.qualityStandards.current()).compiled.standards.find(
        ({ id }) => id === 'lot-number-stated',
      )?.leastPpm;
    const files = await edited('QUALITY_STANDARDS', "least: '99'", "least: '90'");
    const staged = await world.stage('steward', 'stageQualityStandards', files);
    expect(weaker(staged)).toEqual(['standards.lot-number-stated.least']);
    expect(codes(await world.publish('steward', 'tightenQualityStandards', staged.version))).toEqual([
      'SIGN_OFF_NEEDED',
    ]);
    expect(await least()).toBe(990_000);
    expect(await publishedByTwo('publishQualityStandards', staged.version, ['steward', 'lead'])).toBe(
      'EXECUTED',
    );
    expect(await least()).toBe(900_000);
    const back = await world.rollback('steward', 'rollbackQualityStandards', 1);
    expect(back.weakens).toBe(false);
    expect(codes(await world.publish('steward', 'tightenQualityStandards', back.version))).toEqual([]);
    fresh();
    expect(await least()).toBe(990_000);
    expect((await documents())['QUALITY_STANDARDS']).toMatchObject({
      differs: false,
      inForce: { number: 3 },
    });
  });

  test('standards name owners of the rules in force, and rules keep the owners that standards name', async () => {
    const nobody = await world.stage(
      'steward',
      'stageQualityStandards',
      await edited('QUALITY_STANDARDS', 'owner: warehouse', 'owner: nobody'),
    );
    expect(nobody.version).toBeNull();
    expect(nobody.problems[0]).toMatch(/standards\.yaml:\d+:\d+ .*"nobody" is not one of the owners/);
    const integration = /^ {2}- \{ id: integration, .*\n/mu;
    const { inForce } = (await documents())['CONSISTENCY_RULES'] as InForce;
    const text = inForce.files[0]?.text ?? '';
    expect(text).toMatch(integration);
    const without = await world.stage('steward', 'stageConsistencyRules', [
      { name: 'consistency.yaml', text: text.replace(integration, '') },
    ]);
    expect(without).toMatchObject({
      version: null,
      problems: [expect.stringContaining('the quality standards in force name the owner "integration"')],
    });
  });

  test('[Annex 11 §10] what lets a lot go that was held back is published by two, a higher score by one', async () => {
    const least = async (): Promise<number | undefined> =>
      (await world.services.completenessRules.current()).compiled.profiles[0]?.leastMicros;
    const lower = await edited('COMPLETENESS_RULES', "least: '90'", "least: '50'");
    const staged = await world.stage('officer', 'stageCompletenessRules', lower);
    expect(weaker(staged)).toEqual(['profiles.made-device.least']);
    expect(codes(await world.publish('officer', 'tightenCompletenessRules', staged.version))).toEqual([
      'SIGN_OFF_NEEDED',
    ]);
    expect(await least()).toBe(90_000_000);
    const { version } = staged;
    expect(await publishedByTwo('publishCompletenessRules', version, ['officer', 'lead'])).toBe('EXECUTED');
    expect(await least()).toBe(50_000_000);
    const back = await world.rollback('lead', 'rollbackCompletenessRules', 1);
    expect(codes(await world.publish('lead', 'tightenCompletenessRules', back.version))).toEqual([]);
    fresh();
    expect(await least()).toBe(90_000_000);
  });

  test.each([
    ['steward', 'stageCompletenessRules'],
    ['sec1', 'stageCompletenessRules'],
    ['ann', 'stageQualityStandards'],
    ['officer', 'stageQualityStandards'],
    ['sec1', 'stageQualityStandards'],
    ['ann', 'stageConsistencyRules'],
    ['officer', 'stageConsistencyRules'],
    ['sec1', 'stageConsistencyRules'],
    ['steward', 'stageAlarmRules'],
    ['lead', 'stageAlarmRules'],
    ['steward', 'stageClaims'],
    ['lead', 'stageClaims'],
  ] as const)('%s may not call %s', async (person, mutation) => {
    await expect(world.stage(person, mutation, [])).rejects.toThrow();
    const rest = mutation.slice('stage'.length);
    await expect(world.publish(person, `tighten${rest}`, 'x')).rejects.toThrow();
    await expect(world.publish(person, `publish${rest}`, 'x')).rejects.toThrow();
    await expect(world.rollback(person, `rollback${rest}`, 1)).rejects.toThrow();
  });

  test('versions are listed newest first, page by page, and not to everybody', async () => {
    const page = (
      after: string | null,
    ): Promise<{
      it: { nodes: { number: number; reason: string }[]; pageInfo: { endCursor: string | null } };
    }> =>
      world.ask(
        'lead',
        `query ($after: String) { it: controlledDocumentVersions(document: ALARM_RULES, first: 3, after: $after) {
          nodes { number reason } pageInfo { endCursor } } }`,
        { after },
      );
    const first = await page(null);
    expect(first.it.nodes.map(({ number }) => number)).toEqual([4, 3, 2]);
    const second = await page(first.it.pageInfo.endCursor);
    expect(second.it.nodes).toEqual([{ number: 1, reason: 'shipped with the product' }]);
    await expect(world.ask('ann', '{ controlledDocuments { document } }')).rejects.toThrow();
  });

  test('every step stands in the trail, refusals too', async () => {
    const entries = await world.audited();
    expect(entries.filter((entry) => entry === 'controlledDocument.publish DONE').length).toBeGreaterThan(5);
    expect(entries).toEqual(
      expect.arrayContaining([
        'controlledDocument.stage DONE',
        'controlledDocument.publish REFUSED SIGN_OFF_NEEDED',
        'controlledDocument.publish REFUSED REASON_REQUIRED',
        'controlledDocument.publish REFUSED NOT_FOUND',
      ]),
    );
  });
});
