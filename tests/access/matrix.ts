/** The matrix that is committed: what each role may do at each coordinate, as it was reviewed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AccessDecision } from '../../platform/access';
import { ROOT } from '../support/ask-subgraph';

export interface Matrix {
  readonly roles: readonly string[];
  readonly coordinates: readonly string[];
  decision(coordinate: string, role: string): AccessDecision;
}

export function loadMatrix(): Matrix {
  const text = readFileSync(path.join(ROOT, 'schema/generated/access-matrix.csv'), 'utf8');
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const roles = header.slice(2);
  const cells = new Map(
    rows.flatMap(([coordinate = '', , ...decisions]) =>
      roles.map((role, index) => [`${coordinate} ${role}`, decisions[index] as AccessDecision] as const),
    ),
  );
  return {
    roles,
    coordinates: rows.map(([coordinate = '']) => coordinate),
    decision: (coordinate, role) => {
      const found = cells.get(`${coordinate} ${role}`);
      if (found === undefined) throw new Error(`nobody decided about ${coordinate} for ${role}`);
      return found;
    },
  };
}
