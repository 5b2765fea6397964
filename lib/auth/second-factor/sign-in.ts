// The second factor of a sign-in, in the browser that gave the first. Every try
// counts for that sign-in before it is judged, and after five it is over.
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { type PasskeyFailure, type SecondFactorFailure, writeEvent } from "@/lib/audit";
import { refundChallengeTry } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import {
  amrOf,
  askForPasskey,
  provePasskey,
  refusePasskey,
  usedPasskey,
  usePasskey,
} from "@/lib/auth/passkey/assertion";
import {
  countPendingTry,
  findPendingSignIn,
  type PendingSignIn,
} from "@/lib/auth/pending-sign-in";
import type { SecondFactor } from "@/lib/auth/policy";
import {
  type CodeMethod,
  noteRightCode,
  noteWrongCode,
  proveCode,
  withCodeTry,
  wrongSecondFactor,
} from "@/lib/auth/second-factor/code";
import { finishSecondFactor, type SignInResult } from "@/lib/auth/sign-in";
import { isThrottled } from "@/lib/auth/throttle";
import { db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Attempt = {
  /** The handle that the first factor left in this browser. */
  pending: string | null;
  trustsBrowser: boolean;
  client: Client;
  previousToken: string | null;
};

/**
 * Throws `unauthenticated` where nothing is pending (any more), `invalid_code`, with
 * `reason: "spent"` for the last try, and `rate_limited` after many wrong ones.
 */
export async function signInWithCode(
  attempt: Attempt & { method: CodeMethod; code: string },
): Promise<SignInResult> {
  const { method, code, client } = attempt;
  const pending = await requirePending(attempt, method);
  const { userId } = pending;
  const left = await takeTry(pending, method, client);
  const result = await withCodeTry({ userId, method, client }, async (counted) => {
    const finished = await transaction(async (tx) => {
      const second = { ...attempt, pending, method };
      const prove = () => proveCode(tx, userId, { method, code });
      const done = await finishSecondFactor(tx, { ...second, prove });
      if (done.status === "signed_in") {
        const about = { userId, sessionId: done.session.id };
        await noteRightCode(tx, counted, { method, about, client });
      }
      return done;
    });
    if (finished.status === "wrong") await noteWrongCode(counted, { userId }, client);
    return finished;
  }).catch(async (error) => {
    // Not judged: it had to wait, or the fault was ours.
    await refundChallengeTry(pending.id);
    if (isThrottled(error)) await fail(pending, method, "throttled", client);
    throw error;
  });
  wakeWorker("mail");
  if (result.status === "signed_in") return result;
  if (result.status !== "wrong") return end(pending, method, result.status, client);
  await fail(pending, method, result.reason, client);
  throw wrongCode(left);
}

/** The options for this browser's authenticator. Throws `unauthenticated`. */
export async function askForSecondPasskey(handle: string | null, client: Client) {
  const pending = await findPendingSignIn(handle, client);
  if (!pending) throw gone();
  return askForPasskey("passkey-second-factor", pending);
}

type PasskeyAttempt = Attempt & {
  response: AuthenticationResponseJSON;
  handle: string | null;
};

/** Throws like `signInWithCode`, and `invalid_passkey`. */
export async function signInWithSecondPasskey(
  attempt: PasskeyAttempt,
): Promise<SignInResult> {
  const { client } = attempt;
  const method = "passkey";
  const pending = await requirePending(attempt, method);
  await takeTry(pending, method, client);
  const result = await judgePasskey(attempt, pending).catch(async (error) => {
    // Not judged: the fault was ours.
    await refundChallengeTry(pending.id);
    throw error;
  });
  wakeWorker("mail");
  if (result.status === "signed_in") return result;
  if (result.status !== "wrong") return end(pending, method, result.status, client);
  const { reason } = result;
  await fail(pending, method, reason, client);
  throw refusePasskey(isOfPasskey(reason) ? reason : "unknown_passkey");
}

/** The others are of codes, or of an account that has lost its last passkey. */
function isOfPasskey(reason: SecondFactorFailure): reason is PasskeyFailure {
  return !["wrong_code", "throttled", "not_offered", "expired"].includes(reason);
}

async function judgePasskey(attempt: PasskeyAttempt, pending: PendingSignIn) {
  const proved = await provePasskey("passkey-second-factor", attempt, pending);
  if ("refused" in proved) return { status: "wrong", reason: proved.refused } as const;
  if (!proved.asserted.isUserVerified) {
    return { status: "wrong", reason: "no_user_verification" } as const;
  }
  const prove = async (tx: Transaction) =>
    (await usePasskey(tx, proved)) ?? {
      amr: amrOf(proved),
      passkey: usedPasskey(proved),
    };
  return transaction((tx) =>
    finishSecondFactor(tx, { ...attempt, pending, method: "passkey", prove }),
  );
}

async function requirePending(
  { pending: handle, client }: Attempt,
  method: SecondFactor,
): Promise<PendingSignIn> {
  const pending = await findPendingSignIn(handle, client);
  if (pending) return pending;
  await fail(null, method, "expired", client);
  throw gone();
}

async function takeTry(
  pending: PendingSignIn,
  method: SecondFactor,
  client: Client,
): Promise<number> {
  const left = await countPendingTry(pending);
  if (left !== null) return left;
  await fail(pending, method, "expired", client);
  throw gone();
}

/** The door has recorded a refusal. */
async function end(
  pending: PendingSignIn,
  method: SecondFactor,
  status: "refused" | "expired" | "second_factor_required",
  client: Client,
): Promise<never> {
  if (status !== "refused") await fail(pending, method, "expired", client);
  throw gone();
}

async function fail(
  pending: PendingSignIn | null,
  method: SecondFactor,
  reason: SecondFactorFailure,
  client: Client,
): Promise<void> {
  const event = { type: "second_factor", result: "failure", method, reason } as const;
  await writeEvent(db(), { ...event, userId: pending?.userId }, client);
}

function gone(): Refusal {
  return new Refusal("unauthenticated", {
    detail: "This sign-in is over. Begin again.",
    extra: { reason: "expired" },
  });
}

function wrongCode(left: number): Refusal {
  if (left > 0) return wrongSecondFactor();
  return new Refusal("invalid_code", {
    detail: "That was one wrong code too many. Sign in again.",
    extra: { reason: "spent" },
  });
}
