/** Holds what a mapping says about commanding its system against the live one: procedures, parameters, tables. Sends nothing. */
import { MappingError, type MappingProblem } from '../../../platform/errors';
import { openCommandChannel } from '../../commands/command-channel';
import type { CompiledMapping } from '../../mapping/compile-mapping';
import type { OpenOptions } from '../../open-system';
import { missingForCommands } from '../../resilience/references';
import { loadDrivers } from '../../sql/drivers';
import type { CheckFinding, Report } from './finding';

/** Nothing where the connection for commands is not set. Throws LegacyUnavailableError. */
export async function checkCommands(
  mapping: CompiledMapping,
  options: OpenOptions,
  report: Report,
  signal: AbortSignal,
): Promise<CheckFinding[]> {
  const { document } = mapping;
  if (document.commands === undefined || missingForCommands(document, options.env).length > 0) return [];
  const problems = await problemsOf(mapping, options, signal);
  return problems.map(({ path, message, hint }) =>
    report('error', 'MISFIT', path.split('.'), message, hint === undefined ? {} : { hint }),
  );
}

async function problemsOf(
  mapping: CompiledMapping,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<readonly MappingProblem[]> {
  try {
    const drivers = loadDrivers(options.env['LOTGRAPH_SQL_DRIVERS']);
    const channel = openCommandChannel({ mapping, drivers, ...options });
    try {
      return await channel.lacks(signal);
    } finally {
      await channel.close();
    }
  } catch (error) {
    if (error instanceof MappingError) return error.problems;
    throw error;
  }
}
