/** The resolver classes of this subgraph. */
import type { ClassType, NonEmptyArray } from 'type-graphql';
import { LotResolver } from './lot/lot.resolver';

export const RESOLVERS: NonEmptyArray<ClassType> = [LotResolver];
