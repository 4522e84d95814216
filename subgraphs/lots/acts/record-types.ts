/** Types of the regulated records that acts on a lot write. */
export const ADJUSTMENT_RECORD = 'adjustment';
export const EXPIRY_RECORD = 'expiryDecision';
export const MERGE_RECORD = 'lotMerge';
export const SPLIT_RECORD = 'lotSplit';
export const STATUS_RECORD = 'statusChange';
