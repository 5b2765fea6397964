// Accounts that exist for trying things out. Their ids say so, and a production
// server that finds one refuses to start.
export const seededIdPrefix = "seed-";
export const seededPassword = "open the latch, please";
