/** Every transform by name. The mapping reference and the published JSON Schema list exactly these. */
import { codeTransforms } from './codes';
import { combineTransforms } from './combine';
import { dateTransforms } from './dates';
import { jsonataTransforms } from './jsonata';
import { limitTransforms } from './limits';
import { numberTransforms } from './numbers';
import { textTransforms } from './text';
import type { TransformDefinition } from './transform';
import { unitTransforms } from './units';

const all: readonly TransformDefinition[] = [
  ...textTransforms,
  ...combineTransforms,
  ...codeTransforms,
  ...numberTransforms,
  ...dateTransforms,
  ...unitTransforms,
  ...limitTransforms,
  ...jsonataTransforms,
];

export const TRANSFORMS: ReadonlyMap<string, TransformDefinition> = new Map(
  all.map((definition) => [definition.name, definition]),
);
