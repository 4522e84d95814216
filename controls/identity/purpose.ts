/** What a ticket is for, in words that client and server both know. */

/** The purpose of an act of an officer, or of a person on their own account. */
export const purposeOf = (act: string, object: string): string => `lotgraph ${act} ${object}`;
