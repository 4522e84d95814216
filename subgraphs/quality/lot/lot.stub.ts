/** The lot as this subgraph knows it: by its key alone. */
import { type LotKeyed, lotStub } from '../../../canonical/graph/lot-stub';

export const LotStub = lotStub();
export type LotStub = LotKeyed;
