// Signing in with a mailed link or its code, in the browser that asked for it. Who
// opens the link anywhere else is told which browser asked, and the code to type
// there: a link that a stranger asked for signs nobody in (ASVS 6.6.2), and mail
// scanners that follow links and run scripts use nothing up.
import { type CodeFailure, writeEvent } from "@/lib/audit";
import {
  type Challenge,
  consumeChallenge,
  findChallenge,
  readSecret,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import type { Asker, MagicLink } from "@/lib/auth/magic-link/request";
import { countAttempt, mailedCode } from "@/lib/auth/mailed-code";
import { type LinkState, readLink } from "@/lib/auth/mailed-link";
import { createAccount } from "@/lib/auth/new-account";
import { isEnabled } from "@/lib/auth/policy";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { db, type Transaction, transaction } from "@/lib/db";
import { wakeWorker } from "@/lib/jobs";

export type MagicLinkAbout = {
  email: string;
  /** There is no account yet: the link makes one. */
  isNew: boolean;
  /** Null in the browser that asked. */
  elsewhere: { asker: Asker; askedAt: Date; code: string } | null;
};

/** `handle` is of the browser that has opened the link. Consumes nothing. */
export function readMagicLink(
  token: string,
  handle: string | null,
): Promise<LinkState<MagicLinkAbout>> {
  return readLink("magic-link", token, async (challenge: Challenge<MagicLink>) => {
    const { id, createdAt: askedAt, data } = challenge;
    const email = challenge.email ?? "";
    const isNew = (await db().user.count({ where: { email } })) === 0;
    if (id === ownId(handle)) return { email, isNew, elsewhere: null };
    const code = mailedCode("magic-link", id);
    return { email, isNew, elsewhere: { asker: data.asker, askedAt, code } };
  });
}

function ownId(handle: string | null): string | null {
  return handle ? readSecret("magic-link", "cookie", handle) : null;
}

type Redemption = {
  proof: { token: string } | { code: string };
  /** The handle that this browser got when it asked. */
  handle: string | null;
  client: Client;
  previousToken: string | null;
};

export type MagicLinkResult =
  | { status: "finished"; result: SignInResult; next: string | null }
  | { status: "refused"; reason: CodeFailure };

/** Makes the account where the address has none: that mailbox is proved. */
export async function redeemMagicLink(redemption: Redemption): Promise<MagicLinkResult> {
  const { proof, handle, client } = redemption;
  const own = ownId(handle);
  const id = "token" in proof ? readSecret("magic-link", "link", proof.token) : own;
  if (!id) return refuse("token" in proof ? "wrong" : "other_browser", client);
  const found = await findChallenge<MagicLink>("magic-link", id);
  if (found.state !== "open") {
    return refuse(found.state === "unknown" ? "wrong" : found.state, client);
  }
  if (id !== own) return refuse("other_browser", client);
  // Last: the right code of a mail that has ended is not called a wrong one.
  if ("code" in proof && !(await countAttempt("magic-link", id, proof.code))) {
    return refuse("wrong", client);
  }
  const email = found.challenge.email ?? "";
  const finished = await transaction((tx) => signIn(tx, { id, email }, redemption));
  wakeWorker("mail");
  return typeof finished === "string" ? refuse(finished, client) : finished;
}

async function signIn(
  tx: Transaction,
  { id, email }: { id: string; email: string },
  { client, previousToken }: Redemption,
): Promise<MagicLinkResult | CodeFailure> {
  // The account comes first, as in every change that ends its links: the other way
  // round the two would wait for each other.
  const known = await lockByEmail(tx, email);
  const consumed = await consumeChallenge<MagicLink>(tx, "magic-link", id);
  if (!consumed) return "used";
  const { next, isPersistent } = consumed.data;
  // Of an account that is there, the door says so.
  if (!known && !isEnabled("magic_link")) {
    await writeEvent(tx, { ...failure, reason: "disabled" }, client);
    return { status: "refused", reason: "replaced" };
  }
  const user = known ?? (await create(tx, email, client));
  const result = await finishFirstFactor(tx, {
    ...user,
    method: "magic_link",
    amr: ["email"],
    isPersistent,
    client,
    previousToken,
  });
  // Recorded by the door; what is wrong with the account the mailbox's owner knows.
  if (result.status === "refused") return { status: "refused", reason: "replaced" };
  return { status: "finished", result, next };
}

async function create(tx: Transaction, email: string, client: Client) {
  const fresh = { email, name: null, passwordHash: null };
  const userId = await createAccount(tx, fresh, client);
  if (userId) return { userId, securityVersion: 0, isNewAccount: true };
  // Somebody made it between the question and the write, and has committed.
  const theirs = await lockByEmail(tx, email);
  if (!theirs) throw new Error("an address is neither free nor taken");
  return theirs;
}

async function lockByEmail(tx: Transaction, email: string) {
  type Locked = { userId: string; securityVersion: number };
  const [user] = await tx.$queryRaw<Locked[]>`
    SELECT id AS "userId", security_version AS "securityVersion"
    FROM "user" WHERE email = ${email} FOR NO KEY UPDATE`;
  return user ?? null;
}

const failure = { type: "sign_in", result: "failure", method: "magic_link" } as const;

async function refuse(reason: CodeFailure, client: Client): Promise<MagicLinkResult> {
  await writeEvent(db(), { ...failure, reason }, client);
  return { status: "refused", reason };
}
