/**
 * RFC 9470 for GraphQL: a request whose every root field waits for a step-up is answered 401 with a challenge that says
 * which proof would do. The body stays what it is, so that a client that reads it learns the same.
 */
export const STEP_UP_CHALLENGE =
  'Bearer error="insufficient_user_authentication", ' +
  'error_description="Prove again who you are, with two components", acr_values="two-components", max_age="120"';

const CODE = 'STEP_UP_REQUIRED';

interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

/** The challenge that belongs to a GraphQL answer; null for any other answer. */
export function stepUpChallengeOf(body: string): string | null {
  // most answers are large and hold no such word: only one that does is read
  if (!body.includes(CODE)) return null;
  const { data, errors = [] } = JSON.parse(body) as Body;
  const values = Object.values(data ?? {}).filter((value) => value !== null);
  const failed = errors.length > 0 && errors.every(({ extensions }) => extensions?.code === CODE);
  const waits = values.length > 0 ? errors.length === 0 && values.every(isRefused) : failed;
  return waits ? STEP_UP_CHALLENGE : null;
}

function isRefused(payload: unknown): boolean {
  const refusals = (payload as { refusals?: unknown } | null)?.refusals;
  return (
    Array.isArray(refusals) &&
    refusals.some((refusal) => (refusal as { code?: unknown } | null)?.code === CODE)
  );
}
