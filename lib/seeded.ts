// Accounts that exist for trying things out. Their ids say so, and a production
// server that finds one refuses to start.
export const seededIdPrefix = "seed-";
export const seededPassword = "open the latch, please";
/** Of the authenticator app, for any app to take: 160 bits in base32. */
export const seededTotpSecret = "LATCHKEYLATCHKEYLATCHKEYLATCHKEY";
