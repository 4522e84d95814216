/** The laboratory's inspections of lots, for the lists of a lot that show what happened to it. */

/**
 * Inspections of the lots, and of the sterilisation loads that they went through; a sample that names another lot
 * of the load says nothing about this one. `inLots` is the condition that picks the lots, such as `IN (?, ?)`.
 */
export const INSPECTIONS_OF_LOTS = (inLots: string): string => `
  SELECT i.lot_pk, i.pk, i.ref, i.number, i.state, i.sampled_at, i.received_at, i.verified_at, i.published_at
    FROM inspection i WHERE i.lot_pk ${inLots}
  UNION ALL
  SELECT l.pk, i.pk, i.ref, i.number, i.state, i.sampled_at, i.received_at, i.verified_at, i.published_at
    FROM lot l JOIN inspection i ON i.sterilization_load = l.sterilization_load AND i.lot_pk IS NULL
    WHERE l.pk ${inLots}`;
