// The one door. Every way of proving who somebody is ends in
// `finishFirstFactor`, which alone decides whether that is enough; no other
// module may start a session, and a test reads the source to see that none does.
import { writeEvent } from "@/lib/audit";
import { issueAccessToken } from "@/lib/auth/access-token";
import {
  consumeChallenge,
  cookieHandle,
  createChallenge,
  readSecret,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { rememberBrowser } from "@/lib/auth/known-browser";
import { mailOwner } from "@/lib/auth/owner-mail";
import { endByToken } from "@/lib/auth/refresh-token/end";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { startSession, type UsedPasskey } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { type Transaction, transaction } from "@/lib/db";

type SignedInUser = {
  id: string;
  email: string;
  name: string | null;
  role: string;
};

type StartedSession = {
  id: string;
  method: string;
  aal: number;
  amr: string[];
  createdAt: Date;
  expiresAt: Date;
  idleExpiresAt: Date;
  isPersistent: boolean;
};

export type SignInResult =
  | {
      status: "signed_in";
      user: SignedInUser;
      session: StartedSession;
      accessToken: { token: string; expiresAt: Date };
      refreshToken: string;
    }
  | {
      status: "second_factor_required";
      methods: string[];
      pending: string;
      expiresAt: Date;
    };

/** The account changed while the proof was made, or may not sign in at all. */
export type SignInRefusal = {
  status: "refused";
  reason: "banned" | "changed" | "blocked";
};

type FirstFactor = {
  userId: string;
  /** As it was when the factor was checked; a change since then refuses. */
  securityVersion: number;
  method: string;
  amr: string[];
  /** 2 where it proves two factors by itself, as a passkey with user verification. */
  aal?: 1 | 2;
  passkey?: UsedPasskey;
  isPersistent: boolean;
  client: Client;
  /** The refresh token this browser sent along: signing in again ends it. */
  previousToken: string | null;
  /** The account begins with this sign-in, which is no news to its owner. */
  isNewAccount?: boolean;
};

type LockedUser = SignedInUser & {
  securityVersion: number;
  secondFactors: string[];
  isBanned: boolean;
  isPasswordBlocked: boolean;
  now: Date;
};

/**
 * The lock makes the order of a sign-in and a change of the account certain:
 * either the change sees the new session and ends it, or this sees the change.
 */
export async function lockUser(
  tx: Transaction,
  userId: string,
): Promise<LockedUser | undefined> {
  const [user] = await tx.$queryRaw<LockedUser[]>`
    SELECT id, email, name, role::text AS role, security_version AS "securityVersion",
      second_factors AS "secondFactors", banned_at IS NOT NULL AS "isBanned",
      password_blocked_at IS NOT NULL AS "isPasswordBlocked",
      clock_timestamp() AS now
    FROM "user" WHERE id = ${userId} FOR NO KEY UPDATE`;
  return user;
}

export async function finishFirstFactor(
  tx: Transaction,
  factor: FirstFactor,
): Promise<SignInResult | SignInRefusal> {
  const user = await lockUser(tx, factor.userId);
  const refusal = await refuse(tx, user, factor);
  if (refusal) return refusal;
  if (!user) throw new Error("a user who does not exist was not refused");

  const { aal = 1 } = factor;
  if (aal < 2 && user.secondFactors.length > 0) return askSecondFactor(tx, user, factor);
  return admit(tx, user, { ...factor, aal });
}

async function refuse(
  tx: Transaction,
  user: LockedUser | undefined,
  factor: Omit<FirstFactor, "previousToken">,
): Promise<SignInRefusal | null> {
  const { userId, method, passkey, client } = factor;
  const reason =
    refusalOf(user, factor) ?? ((await isGone(tx, passkey)) ? "changed" : null);
  if (!reason) return null;
  const event = { type: "sign_in", result: "failure", method, reason } as const;
  await writeEvent(tx, { ...event, userId: user ? userId : undefined }, client);
  return { status: "refused", reason };
}

function refusalOf(
  user: LockedUser | undefined,
  { securityVersion, amr }: Pick<FirstFactor, "securityVersion" | "amr">,
): SignInRefusal["reason"] | null {
  if (user?.isBanned) return "banned";
  if (user?.securityVersion !== securityVersion) return "changed";
  return user.isPasswordBlocked && amr.includes("pwd") ? "blocked" : null;
}

/** Removed while the second factor was asked for: it began nothing then. */
async function isGone(tx: Transaction, passkey?: UsedPasskey): Promise<boolean> {
  return (
    passkey !== undefined && (await tx.passkey.count({ where: { id: passkey.id } })) === 0
  );
}

type Pending = Pick<
  FirstFactor,
  "securityVersion" | "method" | "amr" | "passkey" | "isPersistent"
>;

async function askSecondFactor(tx: Transaction, user: LockedUser, factor: FirstFactor) {
  const { securityVersion, method, amr, passkey, isPersistent } = factor;
  const data: Pending = { securityVersion, method, amr, passkey, isPersistent };
  const lifetime = config.challenge.signIn;
  const id = await createChallenge(tx, {
    purpose: "sign-in",
    lifetime,
    userId: user.id,
    data,
  });
  return {
    status: "second_factor_required" as const,
    methods: user.secondFactors,
    pending: cookieHandle("sign-in", id),
    expiresAt: new Date(user.now.getTime() + lifetime),
  };
}

type SecondFactor = {
  /** The handle that the first factor left in this browser. */
  pending: string;
  /** What was proved just now, and by the user that the pending sign-in names. */
  method: string;
  amr: string[];
  userId: string;
  client: Client;
  previousToken: string | null;
};

/** Does not check the factor itself: its module has, for `userId`. */
export async function finishSecondFactor(
  second: SecondFactor,
): Promise<SignInResult | SignInRefusal | { status: "expired" }> {
  const id = readSecret("sign-in", "cookie", second.pending);
  if (!id) return { status: "expired" };
  return transaction(async (tx) => {
    // The lock comes first, as for whoever ends what is pending.
    const user = await lockUser(tx, second.userId);
    const pending = await consumeChallenge<Pending>(tx, "sign-in", id);
    if (!pending || pending.userId !== second.userId) return { status: "expired" };
    const { method, amr, client, previousToken, userId } = second;
    const first = pending.data;
    const refusal = await refuse(tx, user, { ...first, userId, client });
    if (refusal) return refusal;
    if (!user?.secondFactors.includes(method)) return { status: "expired" };
    const factors = { amr: [...first.amr, ...amr, "mfa"], aal: 2 as const };
    return admit(tx, user, { ...first, ...factors, client, previousToken, userId });
  });
}

async function admit(
  tx: Transaction,
  user: LockedUser,
  factor: FirstFactor & { aal: 1 | 2 },
) {
  const { client, method, amr, previousToken } = factor;
  if (previousToken) await endByToken(tx, previousToken, "replaced", client);
  const session = await startSession(tx, { ...factor, now: user.now });
  const event = { type: "sign_in", result: "success", method, factors: amr } as const;
  const about = { userId: user.id, sessionId: session.id };
  await writeEvent(tx, { ...event, ...about }, client);
  const isNewBrowser = await rememberBrowser(tx, user.id, client);
  if (isNewBrowser && !factor.isNewAccount) {
    await writeEvent(tx, { type: "new_device", result: "success", ...about }, client);
    await mailOwner(tx, { template: "new_device", ...about });
  }
  const { id, email, name, role } = user;
  return {
    status: "signed_in" as const,
    user: { id, email, name, role },
    session: shown(session),
    accessToken: await issueAccessToken(session, user.now),
    refreshToken: deriveRefreshToken(session, session.generation),
  };
}

/** The row without its secret, which goes no further than this file. */
function shown(session: StartedSession): StartedSession {
  const { id, method, aal, amr, createdAt, expiresAt, idleExpiresAt } = session;
  const { isPersistent } = session;
  return { id, method, aal, amr, createdAt, expiresAt, idleExpiresAt, isPersistent };
}
