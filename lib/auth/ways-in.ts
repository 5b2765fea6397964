// With what an account can be entered. Whoever removes one asks here whether
// another is left; what is listed nowhere else does not count. A mailed link does
// not: an account that has nothing else is as weak as its mailbox, and nobody
// should get there by removing something. Nor does a password that is blocked, nor
// what a setting has switched off.
import { isEnabled } from "@/lib/auth/policy";

export type WayIn = "password" | "passkey";

type Account = {
  passwordHash: string | null;
  passwordBlockedAt: Date | null;
  _count: { passkeys: number };
};

export function waysIn({ passwordHash, passwordBlockedAt, _count }: Account): WayIn[] {
  const ways: [WayIn, boolean][] = [
    ["passkey", _count.passkeys > 0],
    ["password", passwordHash !== null && passwordBlockedAt === null],
  ];
  return ways.filter(([way, isThere]) => isThere && isEnabled(way)).map(([way]) => way);
}
