/** A stored instant as the graph shows it. */
export const instantOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
