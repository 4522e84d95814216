import { GraphQLError } from 'graphql';
import { ConfigError, GatewayError, LegacyUnavailableError, NotFoundError } from '../../platform/errors';
import { presentError } from './present-error';

describe('presentError', () => {
  test('masks what is not ours, and says so', () => {
    const { error, masked } = presentError(new Error('SELECT 1 FROM secrets'), 'en');
    expect(masked).toBe(true);
    expect(error).toEqual({ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } });
  });

  test('keeps the words and facts of a refusal behind a GraphQL error', () => {
    const cause = new NotFoundError('There is no lot of that number.', { lotNumber: 'X' });
    const wrapped = new GraphQLError('x', {
      originalError: new GraphQLError('y', { originalError: cause }),
      path: ['lot'],
    });
    expect(presentError(wrapped, 'en')).toEqual({
      masked: false,
      error: {
        message: 'There is no lot of that number.',
        path: ['lot'],
        extensions: { code: 'NOT_FOUND', lotNumber: 'X' },
      },
    });
  });

  test.each([
    new LegacyUnavailableError('erp', 'connect ECONNREFUSED 10.0.0.1:3306', { retryable: true }),
    new ConfigError(['/etc/lotgraph/key is missing']),
    new GatewayError('SUBGRAPH_UNAVAILABLE', 'http://10.0.0.1 said no', { host: '10.0.0.1', path: '/srv' }),
  ])('shows only the words of the table for an outage: %s', (error) => {
    const presentation = presentError(error, 'en');
    expect(presentation.masked).toBe(true);
    expect(JSON.stringify(presentation.error)).not.toMatch(/10\.0\.0\.1|\/etc|\/srv/);
  });

  test('does not mask twice what another process of ours presented', () => {
    const once = presentError(
      new LegacyUnavailableError('erp', 'ECONNREFUSED', { retryable: true }),
      'zh',
    ).error;
    expect(presentError(once, 'zh')).toEqual({ masked: false, error: once });
    const refusal = presentError(new NotFoundError('No such lot.'), 'zh').error;
    expect(refusal.message).toBe('记录不存在。(No such lot.)');
    expect(presentError(refusal, 'zh').error).toEqual(refusal);
  });

  test('takes no code that only looks like one of ours', () => {
    const error = new GraphQLError('x', { extensions: { code: 'toString' } });
    expect(presentError(error, 'en').error.extensions.code).toBe('INTERNAL');
  });

  test.each([null, undefined, 'text', 7])('presents %p', (value) => {
    expect(presentError(value, 'zh').error.message).toBe('服务内部错误。');
  });
});
