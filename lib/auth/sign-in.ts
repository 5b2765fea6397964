// The one door. Every way of proving who somebody is ends in
// `finishFirstFactor`, which alone decides whether that is enough; no other
// module may start a session, and a test reads the source to see that none does.
import { type SecondFactorFailure, writeEvent } from "@/lib/audit";
import { issueAccessToken } from "@/lib/auth/access-token";
import { consumeChallenge, holdChallenge } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { findFactors } from "@/lib/auth/factors";
import { rememberBrowser } from "@/lib/auth/known-browser";
import { type LockedUser, lockUser } from "@/lib/auth/lock-user";
import { mailOwner } from "@/lib/auth/owner-mail";
import { type Begun, beginPending, type PendingSignIn } from "@/lib/auth/pending-sign-in";
import {
  type FirstFactor as FirstMethod,
  isEnabled,
  offeredAfter,
  type SecondFactor as SecondMethod,
} from "@/lib/auth/policy";
import { endByToken } from "@/lib/auth/refresh-token/end";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { startSession, type UsedPasskey } from "@/lib/auth/session";
import { isTrusted, trustBrowser } from "@/lib/auth/trusted-browser";
import { config } from "@/lib/config";
import type { Transaction } from "@/lib/db";

type SignedInUser = Pick<LockedUser, "id" | "email" | "name" | "role">;

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
  reason: "banned" | "changed" | "blocked" | "disabled";
};

type FirstFactor = {
  userId: string;
  /** As it was when the factor was checked; a change since then refuses. */
  securityVersion: number;
  method: FirstMethod;
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

export async function finishFirstFactor(
  tx: Transaction,
  factor: FirstFactor,
): Promise<SignInResult | SignInRefusal> {
  const user = await lockUser(tx, factor.userId);
  const refusal = await refuse(tx, user, factor);
  if (refusal) return refusal;
  if (!user) throw new Error("a user who does not exist was not refused");

  const { aal = 1, client } = factor;
  if (aal === 2) return admit(tx, user, { ...factor, aal });
  const { needsTwo, demanded } = await findFactors(tx, user.id);
  if (!needsTwo) return admit(tx, user, { ...factor, aal });
  if (await isTrusted(tx, user, client)) {
    return admit(tx, user, { ...factor, aal }, "trusted_browser");
  }
  return askSecondFactor(tx, user, factor, offeredAfter(factor.method, demanded));
}

async function refuse(
  tx: Transaction,
  user: LockedUser | undefined,
  factor: Begun & { userId: string; client: Client },
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
  { securityVersion, method, amr }: Begun,
): SignInRefusal["reason"] | null {
  if (!isEnabled(method)) return "disabled";
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

async function askSecondFactor(
  tx: Transaction,
  { id: userId, now }: LockedUser,
  factor: FirstFactor,
  methods: SecondMethod[],
) {
  const { securityVersion, method, amr, passkey, isPersistent, client } = factor;
  const begun: Begun = { securityVersion, method, amr, passkey, isPersistent };
  const pending = await beginPending(tx, userId, { ...begun, methods }, client);
  const event = { type: "second_factor_asked", result: "success", method } as const;
  await writeEvent(tx, { ...event, userId }, client);
  const expiresAt = new Date(now.getTime() + config.challenge.signIn);
  return { status: "second_factor_required" as const, methods, pending, expiresAt };
}

/** What a second factor says, and which passkey it was. */
type ProvedSecond = { amr: string[]; passkey?: UsedPasskey };

type SecondFactor = {
  /** Of this browser, whose owner has given the first factor. */
  pending: PendingSignIn;
  method: SecondMethod;
  /** Uses up what proves it, in the transaction of what it opens; or why it does not. */
  prove: (tx: Transaction) => Promise<ProvedSecond | SecondFactorFailure>;
  trustsBrowser: boolean;
  client: Client;
  previousToken: string | null;
};

/** A wrong one leaves the sign-in open; the caller has counted the try. */
export async function finishSecondFactor(
  tx: Transaction,
  second: SecondFactor,
): Promise<
  | SignInResult
  | SignInRefusal
  | { status: "expired" }
  | { status: "wrong"; reason: SecondFactorFailure }
> {
  const { pending, method, client, previousToken, trustsBrowser } = second;
  const { id, userId } = pending;
  // The lock comes first, as for whoever ends what is pending.
  const user = await lockUser(tx, userId);
  if (!(await holdChallenge(tx, "sign-in", id))) return { status: "expired" };
  const refusal = await refuse(tx, user, { ...pending, client });
  if (refusal || !user) {
    await consumeChallenge(tx, "sign-in", id);
    return refusal ?? { status: "expired" };
  }
  const { has } = await findFactors(tx, userId);
  if (!pending.methods.includes(method) || !has.includes(method)) {
    return { status: "wrong", reason: "not_offered" };
  }
  const proved = await second.prove(tx);
  if (typeof proved === "string") return { status: "wrong", reason: proved };
  await consumeChallenge(tx, "sign-in", id);
  const added = proved.amr.filter((name) => name !== "mfa");
  // A passkey may say twice where its key lives.
  const amr = [...new Set([...pending.amr, ...added]), "mfa"];
  const passkey = pending.passkey ?? proved.passkey;
  const both = { ...pending, amr, passkey, aal: 2 as const, client, previousToken };
  const admitted = await admit(tx, user, both);
  const sessionId = admitted.session.id;
  if (trustsBrowser) await trustBrowser(tx, user.role, { userId, sessionId, client });
  return admitted;
}

async function admit(
  tx: Transaction,
  user: LockedUser,
  factor: FirstFactor & { aal: 1 | 2 },
  reason?: "trusted_browser",
) {
  const { client, method, amr, previousToken } = factor;
  if (previousToken) await endByToken(tx, previousToken, "replaced", client);
  const session = await startSession(tx, { ...factor, now: user.now });
  const success = { type: "sign_in", result: "success", method, reason } as const;
  const about = { userId: user.id, sessionId: session.id };
  await writeEvent(tx, { ...success, factors: amr, ...about }, client);
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
