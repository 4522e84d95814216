/** The addresses below /auth, each a few lines over the identity service. */
import type { IdentityService } from '../../controls/identity/identity-service';
import type { OfficerAct } from '../../controls/identity/officers';
import { GatewayError, InvalidInputError } from '../../platform/errors';
import type { AuthCall, AuthRoute } from './auth-call';

export function authRoutes(identity: IdentityService): Readonly<Record<string, AuthRoute>> {
  return {
    ...sessionRoutes(identity),
    ...stepUpRoutes(identity),
    ...enrolmentRoutes(identity),
    ...passkeyRoutes(identity),
    ...oidcRoutes(identity),
    ...officerRoutes(identity),
  };
}

function sessionRoutes({
  signIn,
  sessions,
  context,
  services,
  account,
}: IdentityService): Record<string, AuthRoute> {
  return {
    '/auth/sign-in': ({ fields, attempt }) =>
      signIn.withPassword(
        { user: fields.text('user'), password: fields.text('password'), code: fields.text('code') },
        attempt,
      ),
    '/auth/refresh': ({ fields, attempt }) => signIn.refresh(fields.text('refreshToken'), attempt),
    '/auth/sign-out': async (call) => {
      await signIn.signOut(await call.caller(), call.attempt.requestId);
      return {};
    },
    '/auth/token': ({ fields, attempt }) => {
      if (fields.text('grantType') !== 'client_credentials')
        throw new GatewayError('INVALID_REQUEST', 'grantType must be client_credentials.');
      return services.token(
        {
          clientId: fields.text('clientId'),
          clientSecret: fields.text('clientSecret'),
          onBehalfOf: fields.optionalText('onBehalfOf'),
        },
        attempt,
      );
    },
    '/auth/sessions': async (call) => {
      const caller = await call.caller();
      return { sessions: await sessions.list(context.database.reader, caller.person ?? caller.subject) };
    },
    '/auth/sessions/revoke': async (call) => {
      await account.revokeOwnSession(
        await call.caller(),
        call.fields.text('session'),
        call.attempt.requestId,
      );
      return {};
    },
    '/auth/password': async (call) => {
      const given = {
        password: call.fields.text('password'),
        code: call.fields.text('code'),
        newPassword: call.fields.text('newPassword'),
      };
      await account.changePassword(await call.caller(), given, call.attempt);
      return {};
    },
    '/auth/whoami': async (call) => ({ ...(await call.caller()) }),
  };
}

function stepUpRoutes({ stepUp, passkeySignIn }: IdentityService): Record<string, AuthRoute> {
  return {
    '/auth/step-up': async (call) => {
      const { fields, attempt } = call;
      const caller = await call.caller();
      if (fields.optionalText('flow') !== null)
        return await passkeySignIn.stepUp(caller, fields.text('flow'), fields.object('response'), attempt);
      const [password, code, purpose] = [
        fields.text('password'),
        fields.text('code'),
        fields.text('purpose'),
      ];
      return await stepUp.withPassword(caller, { password, code, purpose }, attempt);
    },
  };
}

function enrolmentRoutes({ enrolment, account }: IdentityService): Record<string, AuthRoute> {
  const enrol = async (call: AuthCall, begin: 'totp' | 'hotp'): Promise<object> => {
    const { fields, attempt } = call;
    const who = await enrolment.enrolling(await call.enrolling());
    if (fields.optionalText('factor') !== null)
      return await enrolment.finishWithCode(who, fields.text('factor'), fields.text('code'), attempt);
    return begin === 'totp'
      ? await enrolment.beginTotp(who)
      : await enrolment.beginHotp(who, fields.text('seed').toUpperCase());
  };
  return {
    '/auth/enrol/begin': ({ fields, attempt }) =>
      enrolment.begin(
        { user: fields.text('user'), code: fields.text('code'), password: fields.text('password') },
        attempt,
      ),
    '/auth/enrol/totp': (call) => enrol(call, 'totp'),
    '/auth/enrol/hotp': (call) => enrol(call, 'hotp'),
    '/auth/service-account/claim': ({ fields, attempt }) =>
      enrolment.claimService({ user: fields.text('user'), code: fields.text('code') }, attempt),
    '/auth/factors': async (call) => ({ factors: await account.factors(await call.caller()) }),
    '/auth/factors/add': async (call) => {
      const { fields, attempt } = call;
      const seed = fields.optionalText('seed');
      return await account.beginFactor(await call.caller(), fields.text('ticket'), seed, attempt);
    },
    '/auth/factors/confirm': async (call) => {
      const { fields, attempt } = call;
      await account.confirmFactor(await call.caller(), fields.text('factor'), fields.text('code'), attempt);
      return {};
    },
    '/auth/factors/remove': async (call) => {
      const { fields, attempt } = call;
      await account.removeFactor(await call.caller(), fields.text('ticket'), fields.text('factor'), attempt);
      return {};
    },
  };
}

function passkeyRoutes({ passkeySignIn, enrolment }: IdentityService): Record<string, AuthRoute> {
  return {
    '/auth/enrol/passkey/options': async (call) =>
      await passkeySignIn.enrolOptions(await enrolment.enrolling(await call.enrolling())),
    '/auth/enrol/passkey/verify': async (call) => {
      const { fields, attempt } = call;
      const who = await enrolment.enrolling(await call.enrolling());
      return await passkeySignIn.enrol(who, fields.text('flow'), fields.object('response'), attempt);
    },
    '/auth/factors/passkey/options': async (call) => await passkeySignIn.addOptions(await call.caller()),
    '/auth/factors/passkey/verify': async (call) => {
      const { fields, attempt } = call;
      const given = {
        ticket: fields.text('ticket'),
        flow: fields.text('flow'),
        response: fields.object('response'),
      };
      await passkeySignIn.add(await call.caller(), given, attempt);
      return {};
    },
    '/auth/passkey/options': ({ fields }) => passkeySignIn.options(fields.text('user')),
    '/auth/passkey/verify': ({ fields, attempt }) =>
      passkeySignIn.signIn(fields.text('flow'), fields.object('response'), attempt),
    '/auth/step-up/options': async (call) =>
      await passkeySignIn.stepUpOptions(await call.caller(), call.fields.text('purpose')),
  };
}

function oidcRoutes({ oidc }: IdentityService): Record<string, AuthRoute> {
  if (oidc === null) return {};
  return {
    '/auth/oidc/start': async (call) => {
      const purpose = call.fields.optionalText('purpose');
      const { url, flow } =
        purpose === null ? await oidc.start() : await oidc.startStepUp(await call.caller(), purpose);
      call.leave(flow);
      return { url };
    },
  };
}

function kindOf(said: string | null): 'password' | 'ldap' | 'oidc' {
  if (said === null || said === 'password' || said === 'ldap' || said === 'oidc') return said ?? 'password';
  throw new InvalidInputError('kind must be password, ldap or oidc.', { field: 'kind' });
}

function officerRoutes(identity: IdentityService): Record<string, AuthRoute> {
  const { newAccounts, recoveries, officers, account, context } = identity;
  const by = async (call: AuthCall): Promise<OfficerAct> => ({
    caller: await call.caller(),
    ticket: call.fields.text('ticket'),
    requestId: call.attempt.requestId,
  });
  const reasonOf = ({ fields }: AuthCall): { user: string; reason: string } => ({
    user: fields.text('user'),
    reason: fields.text('reason'),
  });
  return {
    '/auth/recovery/open': async (call) => ({ ...(await recoveries.open(await by(call), reasonOf(call))) }),
    '/auth/recovery/approve': async (call) => ({
      ...(await recoveries.approve(await by(call), call.fields.text('recovery'))),
    }),
    '/auth/recovery/cancel': async (call) => {
      await recoveries.cancel(await by(call), call.fields.text('recovery'));
      return {};
    },
    '/auth/recovery/list': async (call) => {
      await officers.require(context.database.reader, await call.caller());
      return { recoveries: await recoveries.waiting(context.database.reader) };
    },
    '/auth/account/create': async (call) => {
      const { fields } = call;
      const kind = kindOf(fields.optionalText('kind'));
      const [issuer, subject] = [identity.oidc?.issuer, fields.optionalText('subject')];
      const external = issuer === undefined || subject === null ? undefined : { issuer, subject };
      const name = { en: fields.optionalText('nameEn') ?? '', zh: fields.optionalText('nameZh') ?? '' };
      const person = fields.optionalText('person') ?? undefined;
      return {
        ...(await newAccounts.create(await by(call), { ...reasonOf(call), kind, name, person, external })),
      };
    },
    '/auth/account/disable': async (call) => {
      const waiting = await recoveries.disable(await by(call), reasonOf(call));
      return { waiting };
    },
    '/auth/service-account/create': async (call) => ({
      ...(await newAccounts.createService(await by(call), {
        ...reasonOf(call),
        expiresAt: call.fields.instant('expiresAt'),
        mayActFor: call.fields.flag('mayActFor'),
        scopes: call.fields.texts('scopes'),
      })),
    }),
    '/auth/officer/sessions': async (call) => {
      await officers.require(context.database.reader, await call.caller());
      return { sessions: await account.allSessions() };
    },
    '/auth/officer/sessions/revoke': async (call) => {
      await account.revokeAnySession(await by(call), call.fields.text('session'), call.fields.text('reason'));
      return {};
    },
  };
}
