// What stands between a first factor that is right and a session.
import { vi } from "vitest";
import { type FirstFactor, policy } from "@/lib/auth/policy";
import { register } from "@/lib/auth/registration/begin";
import { trustBrowser } from "@/lib/auth/trusted-browser";
import { db, transaction } from "@/lib/db";
import { judgeSettings } from "@/lib/env";
import type { Guard, Key } from "@/tests/first-factors";
import { enrol, makeClient } from "@/tests/people";

export const strangersPassword = "the stranger knows this";

/** What it leaves that the test goes on with. */
type Left = { backupCodes?: string[]; registration?: string };
type Put = (key: Key, method: FirstFactor) => Promise<Left>;

export const guards: Record<Guard, Put> = {
  nothing: async () => ({}),
  "a second factor": guardWithCodes,
  "paper alone": ({ userId }) => enrol(userId, ["backup_code"]),
  "a role that demands one": async (key) => {
    const left = await guardWithCodes(key);
    await update(key, { role: "admin", twoFactorAt: null });
    return left;
  },
  "a trusted browser": trust,
  "a browser that an admin trusts": async (key) => {
    const left = await trust(key);
    await update(key, { role: "admin" });
    return left;
  },
  "trust in another browser": (key) => trust({ ...key, client: makeClient() }),
  "trust that is over": async (key) => {
    const left = await trust(key);
    await db().$executeRaw`
      UPDATE trusted_browser SET expires_at = clock_timestamp() WHERE user_id = ${key.userId}`;
    return left;
  },
  "a ban": async (key) => {
    await update(key, { bannedAt: new Date() });
    return {};
  },
  "its limits": async (key) => {
    await key.exhaust();
    return {};
  },
  "being switched off": async (_key, method) => {
    switchOff(method);
    return {};
  },
  "what a stranger prepared": async ({ email }) => {
    const chosen = { name: "Mallory", password: strangersPassword, next: null };
    return { registration: await register({ email, ...chosen, client: makeClient() }) };
  },
};

function guardWithCodes({ userId }: Key) {
  return enrol(userId, ["totp", "backup_code"]);
}

async function trust(key: Key): Promise<Left> {
  const left = await guardWithCodes(key);
  const { userId, client } = key;
  const about = { userId, sessionId: "of the past", client };
  await transaction((tx) => trustBrowser(tx, "user", about));
  return left;
}

type Change = { role?: "admin"; twoFactorAt?: null; bannedAt?: Date };

async function update({ userId: id }: Key, data: Change): Promise<void> {
  await db().user.update({ where: { id }, data });
}

/** As after a start without it in the setting. */
export function switchOff(method: FirstFactor): void {
  const others = Object.keys(policy.firstFactors).filter(
    (other) => other !== method && other !== "email",
  );
  // What cannot be switched off has to do without the others.
  const left = method === "email" ? others.slice(0, 1) : others;
  vi.stubEnv("SIGN_IN_METHODS", left.join(","));
  judgeSettings(() => null);
}

export function switchOn(): void {
  vi.unstubAllEnvs();
  judgeSettings(() => null);
}
