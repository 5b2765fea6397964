// Setting up an authenticator app. Until its first code is right it is a record of
// its own, and whatever guards the account goes on guarding it. The edge has asked
// for a recent confirmation before the key leaves; the record then carries it.
import { writeEvent } from "@/lib/audit";
import {
  consumeChallenge,
  createChallenge,
  findChallenge,
  newestChallenge,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { requireOwner } from "@/lib/auth/owner";
import { mailOwner } from "@/lib/auth/owner-mail";
import { type FactorsChanged, finishChange } from "@/lib/auth/second-factor/change";
import {
  matchStep,
  newTotpSecret,
  otpauthUri,
  sealTotp,
} from "@/lib/auth/second-factor/totp";
import { lockOwner } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };
type Kept = { secret: string };

export type Enrollment = {
  /** base32, as a person types it into an app. */
  secret: string;
  otpauthUri: string;
};

/** `issuer` is how apps call this site. A newer one takes the place of the last. */
export async function beginEnrollment(
  session: Owned,
  issuer: string,
): Promise<Enrollment> {
  const secret = newTotpSecret();
  const email = await transaction(async (tx) => {
    const owner = await lockOwner(tx, session);
    if (!owner) return null;
    const { id: sessionId, userId } = session;
    await replaceChallenges(tx, "totp-enrolment", { userId });
    const lifetime = config.challenge.totpEnrolment;
    const data: Kept = { secret };
    const fresh = { purpose: "totp-enrolment", lifetime, userId, sessionId } as const;
    await createChallenge(tx, { ...fresh, data });
    return owner.email;
  });
  if (email === null) throw new Refusal("unauthenticated");
  return { secret, otpauthUri: otpauthUri(secret, email, issuer) };
}

/** The one that this session has begun; null when it is over. */
export async function findEnrollment(
  session: Owned,
  issuer: string,
): Promise<Enrollment | null> {
  const open = await openEnrollment(session);
  if (!open) return null;
  const { email } = await requireOwner(session.userId);
  const { secret } = open;
  return { secret, otpauthUri: otpauthUri(secret, email, issuer) };
}

async function openEnrollment({ id: sessionId }: Owned) {
  const id = await newestChallenge("totp-enrolment", { sessionId });
  const found = id ? await findChallenge<Kept>("totp-enrolment", id) : null;
  if (found?.state !== "open") return null;
  return { id: found.challenge.id, secret: found.challenge.data.secret };
}

export async function cancelEnrollment({ id: sessionId }: Owned): Promise<void> {
  await transaction((tx) => replaceChallenges(tx, "totp-enrolment", { sessionId }));
}

type Answer = { session: Owned; code: string; client: Client };

/**
 * Takes the place of a former app, makes ten new backup codes and ends every other
 * session. The code is used up by it (RFC 6238 §5.2). Throws `invalid_code` for a
 * wrong one, which may be tried again, `conflict` when no set-up is under way, and
 * `unauthenticated` when the session has ended meanwhile.
 */
export async function confirmEnrollment(answer: Answer): Promise<FactorsChanged> {
  const open = await openEnrollment(answer.session);
  const confirmed = open
    ? await transaction((tx) => confirm(tx, open, answer))
    : "expired";
  if (confirmed === "ended") throw new Refusal("unauthenticated");
  if (typeof confirmed !== "string") {
    wakeWorker("mail");
    return confirmed;
  }
  await fail(answer, confirmed);
  throw confirmed === "expired"
    ? new Refusal("conflict", { detail: over })
    : new Refusal("invalid_code", { detail: wrong });
}

const over = "This set-up is over. Begin again, and scan the new code.";
const wrong =
  "That code is not right. Check that your phone sets its clock by itself, and type the code that it shows now.";

async function confirm(
  tx: Transaction,
  { id, secret }: { id: string; secret: string },
  { session, code, client }: Answer,
) {
  if (!(await lockOwner(tx, session))) return "ended";
  const [clock] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
  const step = clock ? await matchStep(secret, code, clock.now) : null;
  if (!clock || step === null) return "wrong_code";
  if (!(await consumeChallenge(tx, "totp-enrolment", id))) return "expired";
  const sealed = sealTotp(session.userId, secret);
  await store(tx, session, { secret: sealed, lastStep: step, createdAt: clock.now });
  const { id: sessionId, userId } = session;
  const about = { userId, sessionId };
  await writeEvent(tx, { type: "totp_added", result: "success", ...about }, client);
  const isOnAlready = await tx.user.count({
    where: { id: userId, twoFactorAt: { not: null } },
  });
  const template = isOnAlready === 1 ? "totp_added" : "two_factor_on";
  await mailOwner(tx, { template, ...about });
  const proof = { amr: ["otp"] };
  return finishChange(tx, { session, client, isOn: true, makesCodes: true, proof });
}

async function store(
  tx: Transaction,
  { id: sessionId, userId }: Owned,
  totp: { secret: string; lastStep: number; createdAt: Date },
): Promise<void> {
  const fresh = { ...totp, sessionId, lastUsedAt: null };
  await tx.totp.upsert({
    where: { userId },
    create: { userId, ...fresh },
    update: fresh,
    select: { userId: true },
  });
}

async function fail(
  { session, client }: Answer,
  reason: "wrong_code" | "expired",
): Promise<void> {
  const about = { userId: session.userId, sessionId: session.id };
  await transaction((tx) =>
    writeEvent(tx, { type: "totp_added", result: "failure", reason, ...about }, client),
  );
}
