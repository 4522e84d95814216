/** Callers for tests that are about something else: what a token says is believed. */
import type { CallerSource } from '../../controls/identity/known-callers';

export const believedTokens: CallerSource = { callerOf: ({ caller }) => Promise.resolve(caller) };
