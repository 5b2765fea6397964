// Second factors as a person would say them.

/** Leads to a way that stands in place of the one that is asked for. */
export const useInstead: Record<string, string> = {
  passkey: "Use a passkey",
  totp: "Use your authenticator app",
  backup_code: "Use a backup code",
};

/** What to do where one is typed. */
export const typeCode: Record<string, string> = {
  totp: "Type the code that your authenticator app shows.",
  backup_code: "Type one of your backup codes. It works once.",
};
