import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig, type Config } from '../../platform/config';
import { checkSignature, keyIdOf, readPublicKeys, signText, SIGNATURE_ALGORITHMS } from './signature';
import { keptPublicKeys, newPrivateKey, retireKey, SigningKeys } from './signing-keys';

const configWith = (env: Record<string, string> = {}): Config =>
  loadConfig({
    LOTGRAPH_MODE: 'demo',
    LOTGRAPH_DATA: mkdtempSync(path.join(tmpdir(), 'lotgraph-keys-')),
    ...env,
  });

describe.each(SIGNATURE_ALGORITHMS)('a signature with %s', (algorithm) => {
  const key = createPrivateKey(newPrivateKey(algorithm));
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const keys = readPublicKeys(pem);
  const signature = signText('批次 released', key);

  test('names its algorithm and key', () => {
    expect(signature.split(':').slice(0, 2)).toEqual([algorithm, keyIdOf(createPublicKey(key))]);
  });

  test('verifies over the text that was signed and over no other', () => {
    expect(checkSignature('批次 released', signature, keys)).toBe('VALID');
    expect(checkSignature('批次 rejected', signature, keys)).toBe('INVALID');
  });

  test('does not verify when a byte of it is changed, its key is unknown, or it is none', () => {
    const [name, id, bytes] = signature.split(':') as [string, string, string];
    const changed = (bytes.startsWith('A') ? 'B' : 'A') + bytes.slice(1);
    expect(checkSignature('批次 released', `${name}:${id}:${changed}`, keys)).toBe('INVALID');
    expect(checkSignature('批次 released', signature, new Map())).toBe('UNKNOWN_KEY');
    expect(checkSignature('批次 released', 'none', keys)).toBe('MALFORMED');
  });

  test('that names another algorithm than its key has is not valid', () => {
    const other = algorithm === 'sm2' ? 'ed25519' : 'sm2';
    expect(checkSignature('批次 released', signature.replace(algorithm, other), keys)).toBe('INVALID');
  });
});

describe('the keys of a deployment', () => {
  test('are of the chosen algorithm, different for each purpose, and readable by their owner alone', () => {
    const config = configWith({ LOTGRAPH_SIGNATURE: 'sm2' });
    const keys = new SigningKeys(config);
    expect(keys.for('audit').algorithm).toBe('sm2');
    expect(keys.for('audit').keyId).not.toBe(keys.for('signOff').keyId);
    const folder = path.join(config.dataDir, 'keys');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.key')))
      expect(statSync(path.join(folder, file)).mode & 0o077).toBe(0);
  });

  test('stay the same in the next process', () => {
    const config = configWith();
    expect(new SigningKeys(config).for('audit').keyId).toBe(new SigningKeys(config).for('audit').keyId);
  });

  test('that were retired still verify what they signed, and sign nothing more', () => {
    const config = configWith();
    const old = new SigningKeys(config).for('audit');
    const signature = old.sign('x');
    expect(retireKey(config, 'audit')).toBe(old.keyId);
    expect(new SigningKeys(config).for('audit').keyId).not.toBe(old.keyId);
    expect(checkSignature('x', signature, readPublicKeys(keptPublicKeys(config, 'audit') ?? ''))).toBe(
      'VALID',
    );
  });

  test('are taken from the reference that the configuration names', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'lotgraph-key-')), 'audit.pem');
    const pem = newPrivateKey('ed25519');
    writeFileSync(file, pem);
    const config = configWith({ LOTGRAPH_AUDIT_KEY: `file:${file}` });
    expect(new SigningKeys(config).for('audit').keyId).toBe(keyIdOf(createPublicKey(pem)));
    expect(() => retireKey(config, 'audit')).toThrow(/LOTGRAPH_AUDIT_KEY/);
  });

  test('that are no private key stop the process with a sentence', () => {
    const config = configWith({ LOTGRAPH_AUDIT_KEY: 'env:BAD', BAD: 'nonsense' });
    expect(() => new SigningKeys(config).for('audit')).toThrow(
      /LOTGRAPH_AUDIT_KEY must refer to a private key/,
    );
  });
});
