// A real OpenID provider that signs everybody in at once: arguments are port, account, amr (+ separated), and age of
// the proof in seconds. Each start has a key of its own. Says `ready` when it listens.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, account, amr, ageSeconds] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = createHash('sha256')
  .update(publicKey.export({ type: 'spki', format: 'der' }))
  .digest('hex')
  .slice(0, 16);

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'lotgraph',
      client_secret: 'client-secret',
      redirect_uris: ['https://lots.example/auth/oidc/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
  claims: { openid: ['sub', 'amr', 'acr', 'auth_time'], profile: ['name', 'groups', 'sites'] },
  conformIdTokenClaims: false,
  acrValues: [],
  cookies: { keys: ['test'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: 'Person of the provider',
      groups: ['lotgraph-qa-leads', 'other'],
      sites: ['SZ'],
    }),
  }),
});

provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return await next();
  const details = await provider.interactionDetails(context.req, context.res);
  const grant = new provider.Grant({ accountId: account, clientId: 'lotgraph' });
  grant.addOIDCScope('openid profile');
  const ts = Math.floor(Date.now() / 1000) - Number(ageSeconds);
  const login = { accountId: account, amr: amr.split('+'), ts };
  const result = details.prompt.name === 'login' ? { login } : { consent: { grantId: await grant.save() } };
  await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: true });
});

provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
process.on('disconnect', () => process.exit(0));
