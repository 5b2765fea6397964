// What is weak about an account, for its owner to mend: each with what it would take.
// Asked for on the page that shows it, and told to nobody else.

import { findFactors } from "@/lib/auth/factors";
import { requireOwner } from "@/lib/auth/owner";
import { isEnabled, policy } from "@/lib/auth/policy";
import { config } from "@/lib/config";
import { db } from "@/lib/db";

export type Weakness =
  /** Its own password is among those that others try first. */
  | { kind: "listed_password" }
  /** A first factor alone opens it. */
  | { kind: "no_second_factor" }
  /** Paper alone, which runs out. */
  | { kind: "only_backup_codes" }
  /** No other way in when that device is gone. */
  | { kind: "one_passkey" }
  | { kind: "few_backup_codes"; left: number }
  | { kind: "idle_sessions"; count: number };

/** The weightiest first; empty where nothing is to be done. */
export async function findWeaknesses(session: {
  id: string;
  userId: string;
}): Promise<Weakness[]> {
  const { userId } = session;
  const owner = await requireOwner(userId);
  const { needsTwo, has, backupCodesLeft: left } = await findFactors(db(), userId);
  const isPaperAlone = !has.some((method) => policy.secondFactors[method].isEnough);
  const idle = (await findIdle(session)).length;
  const { passkeys } = owner._count;
  const found: (Weakness | false)[] = [
    owner.passwordListedAt !== null &&
      isEnabled("password") && { kind: "listed_password" },
    !needsTwo && { kind: "no_second_factor" },
    needsTwo && isPaperAlone && { kind: "only_backup_codes" },
    needsTwo &&
      left <= config.secondFactor.fewBackupCodes && { kind: "few_backup_codes", left },
    passkeys === 1 && isEnabled("passkey") && { kind: "one_passkey" },
    idle > 0 && { kind: "idle_sessions", count: idle },
  ];
  return found.filter((weakness) => weakness !== false);
}

type Owned = { id: string; userId: string };

/** Live sessions, but for this one, that nobody has used for a long time. */
export async function findIdle({ id, userId }: Owned): Promise<string[]> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM session
    WHERE user_id = ${userId} AND id <> ${id} AND ended_at IS NULL
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()
      AND last_seen_at <
        clock_timestamp() - ${config.checkUp.idleSession} * interval '1 millisecond'`;
  return rows.map((row) => row.id);
}
