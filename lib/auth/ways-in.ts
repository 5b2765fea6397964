// With what an account can be entered. Whoever removes one asks here whether
// another is left; what is listed nowhere else does not count.
export type WayIn = "password";

type Account = { passwordHash: string | null };

export function waysIn({ passwordHash }: Account): WayIn[] {
  return passwordHash === null ? [] : ["password"];
}
