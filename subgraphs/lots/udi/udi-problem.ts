/** How a UDI is refused: where it is wrong, and what to do about it. */
import { InvalidInputError } from '../../../platform/errors';

/** An error for the character at `index` (from 0); the message and the facts count from 1, as people do. */
export function udiProblem(index: number, problem: string, advice: string): InvalidInputError {
  const position = index + 1;
  return new InvalidInputError(`UDI, character ${position}: ${problem} ${advice}`, {
    argument: 'udi',
    position,
    advice,
  });
}
