/** Builds a subgraph in which `@dualSignOff` is all that a mutation's author writes. */
import type { GraphQLSchema } from 'graphql';
import { type SubgraphDeclaration, buildSubgraph } from '../../platform/graphql/build-subgraph';
import { applySignOff } from './apply-sign-off';
import type { SignOffService } from './sign-off-service';
import { addSigningMutations } from './signing-mutations';

/** `services` is not touched before a marked mutation is called: a schema is also built where nothing runs. */
export function buildSignedSubgraph<C>(
  services: { readonly root: string; readonly controls: { readonly signOff: SignOffService } },
  declaration: SubgraphDeclaration<C>,
): { sdl: string; schema: GraphQLSchema } {
  const { sdl, schema } = buildSubgraph<C>(services.root, { ...declaration, transform: addSigningMutations });
  return { sdl, schema: applySignOff(schema, () => services.controls.signOff) };
}
