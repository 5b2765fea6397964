// "This wasn't me": one press, without signing in, by whoever has the mailbox that
// was told. It undoes what a stranger's sessions did and keeps them out. What is
// older than they are goes on.
import { type CodeFailure, writeEvent } from "@/lib/audit";
import { consumeChallenge, findChallenge, readSecret } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { restoreEmail } from "@/lib/auth/email-cancel";
import { type LinkState, readLink } from "@/lib/auth/mailed-link";
import { mailNotice, type NotMe } from "@/lib/auth/owner-mail";
import { dropPasskeys } from "@/lib/auth/passkey/drop";
import { dropFactorsOf } from "@/lib/auth/second-factor/change";
import { endRow, endSessions } from "@/lib/auth/session";
import { endPending } from "@/lib/auth/store-password";
import { db, isTaken, type Transaction, transaction } from "@/lib/db";
import { wakeWorker } from "@/lib/jobs";

export type NotMeAbout = {
  /** The session that the mail told of, where it was about one. */
  session: {
    browser: string | null;
    os: string | null;
    ip: string | null;
    location: string | null;
    createdAt: Date;
  } | null;
  /** When the mail was caused. */
  at: Date;
};

/** What the mail told of. */
export function readNotMeLink(token: string): Promise<LinkState<NotMeAbout>> {
  return readLink("not-me", token, async ({ sessionId, createdAt: at }) => {
    const session = await db().session.findUnique({
      where: { id: sessionId ?? "" },
      select: { browser: true, os: true, ip: true, location: true, createdAt: true },
    });
    return { session, at };
  });
}

type Secured = {
  status: "secured";
  ended: number;
  /** The address that the account was given back. */
  restoredEmail: string | null;
  /** The sessions whose doings are to be shown. */
  sessionIds: string[];
};

export type NotMeResult = Secured | { status: "refused"; reason: CodeFailure };

export async function secureAccount(token: string, client: Client): Promise<NotMeResult> {
  const id = readSecret("not-me", "link", token);
  const found = id ? await findChallenge<NotMe>("not-me", id) : null;
  if (!id || found?.state !== "open") {
    const state = found?.state ?? "unknown";
    return refuse(state === "unknown" || state === "open" ? "wrong" : state, client);
  }
  const act = () => transaction((tx) => secure(tx, id, client));
  const secured = await act().catch((error) => {
    // Somebody took the old address just then; the rest must happen all the same.
    if (isTaken(error)) return act();
    throw error;
  });
  wakeWorker("mail");
  return secured ?? refuse("used", client);
}

async function secure(
  tx: Transaction,
  id: string,
  client: Client,
): Promise<Secured | null> {
  const told = await consumeChallenge<NotMe>(tx, "not-me", id);
  if (!told?.userId || !told.email) return null;
  const { userId, email, sessionId } = told;
  const since = new Date(told.data.since);
  // The lock of the row comes first: no sign-in slips between.
  await tx.$executeRaw`
    UPDATE "user" SET password_blocked_at = COALESCE(password_blocked_at, clock_timestamp())
    WHERE id = ${userId}`;
  const sessionIds = await listStrange(tx, { userId, sessionId, since });
  await endPending(tx, userId);
  const one = sessionId ? { sessionId, userId, reason: "security" as const } : null;
  const endedOne = one && (await endRow(tx, one, client)) ? 1 : 0;
  const ended = await endSessions(tx, { userId, since, reason: "security" }, client);
  const restored = await restore(tx, { userId, email, sessionIds }, client);
  const which = { OR: await strangePasskeys(tx, sessionIds) };
  const dropped = await dropPasskeys(tx, { userId, which }, client);
  await dropFactorsOf(tx, { userId, sessionIds }, client);
  await forgetTheirBrowsers(tx, userId, sessionIds);
  const about = { userId, sessionId: sessionId ?? undefined };
  await writeEvent(tx, { type: "not_me", result: "success", ...about }, client);
  await writeEvent(
    tx,
    { type: "password_blocked", result: "success", reason: "not_me", userId },
    client,
  );
  await mailNotice(tx, { template: "account_secured", email, ...about });
  return {
    status: "secured",
    ended: ended + endedOne + (restored?.ended ?? 0) + dropped.ended,
    restoredEmail: restored?.email ?? null,
    sessionIds,
  };
}

type Strange = { userId: string; sessionId: string | null; since: Date };

/** The one that was told of, and every younger one. */
async function listStrange(tx: Transaction, { userId, sessionId, since }: Strange) {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM session
    WHERE user_id = ${userId} AND (id = ${sessionId} OR created_at >= ${since})`;
  return rows.map(({ id }) => id);
}

/** Those that they added, and those that let them in: found, stolen or copied. */
async function strangePasskeys(tx: Transaction, sessionIds: string[]) {
  const used = await tx.session.findMany({
    where: { id: { in: sessionIds }, passkeyId: { not: null } },
    select: { passkeyId: true },
  });
  const ids = used.flatMap(({ passkeyId }) => passkeyId ?? []);
  return [{ sessionId: { in: sessionIds } }, { id: { in: ids } }];
}

type Told = { userId: string; email: string; sessionIds: string[] };

/**
 * Only to the mailbox that presses, and only if those sessions took the account
 * away from it: a mail that an intruder got at a new address gives him nothing.
 */
async function restore(
  tx: Transaction,
  { userId, email, sessionIds }: Told,
  client: Client,
): Promise<{ email: string; ended: number } | null> {
  const [taken] = await tx.$queryRaw<{ from: string; since: Date }[]>`
    SELECT u.email AS "from", c.created_at AS since
    FROM "user" u JOIN challenge c ON c.user_id = u.id
    WHERE u.id = ${userId} AND u.email <> ${email}
      AND c.purpose = 'email-cancel' AND c.email = ${email}
      AND c.session_id = ANY(${sessionIds}) AND c.expires_at > clock_timestamp()
    ORDER BY c.created_at LIMIT 1`;
  if (!taken) return null;
  const restored = await restoreEmail(tx, { userId, ...taken, to: email }, client);
  return typeof restored === "object" ? restored : null;
}

async function forgetTheirBrowsers(
  tx: Transaction,
  userId: string,
  sessionIds: string[],
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM known_browser WHERE user_id = ${userId} AND device_hash IN
      (SELECT device_hash FROM session WHERE id = ANY(${sessionIds}))`;
}

async function refuse(reason: CodeFailure, client: Client): Promise<NotMeResult> {
  await writeEvent(db(), { type: "not_me", result: "failure", reason }, client);
  return { status: "refused", reason };
}
