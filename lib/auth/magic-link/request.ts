// Asking for a sign-in link. The work and the answer are the same for any address;
// what mail leaves, and whether it signs in or offers an account, is decided when
// it is sent.
import { writeEvent } from "@/lib/audit";
import { queueAskedMail, requireHeadStart, resendAt } from "@/lib/auth/asked-mail";
import {
  cookieHandle,
  createChallenge,
  findChallenge,
  holdChallenge,
  readSecret,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { describeDevice } from "@/lib/auth/device";
import { config } from "@/lib/config";
import { type Transaction, transaction } from "@/lib/db";
import { placeOf } from "@/lib/geo";
import { wakeWorker } from "@/lib/jobs";

/** The browser that asked, as whoever opens the link elsewhere is told of it. */
export type Asker = {
  browser: string | null;
  os: string | null;
  ip: string | null;
  location: string | null;
};

export type MagicLink = { next: string | null; isPersistent: boolean; asker: Asker };

type Request = {
  /** Canonical (`lib/mail/address.ts`). */
  email: string;
  next: string | null;
  isPersistent: boolean;
  /** What this browser waits for already, if it does. */
  handle: string | null;
  client: Client;
};

/** Answers the handle for the browser, in which alone link and code count. */
export async function requestMagicLink(request: Request): Promise<string> {
  const asked = await transaction((tx) => ask(tx, request));
  return handleFor(request, asked);
}

type Asked = { id: string; isQueued: boolean };

async function ask(tx: Transaction, request: Request): Promise<Asked> {
  const { email, next, isPersistent, client } = request;
  const data: MagicLink = { next, isPersistent, asker: describe(client) };
  const lifetime = config.challenge.magicLink;
  const fresh = { purpose: "magic-link", lifetime, email, data } as const;
  const id = await createChallenge(tx, fresh);
  await writeEvent(tx, { type: "magic_link_requested", result: "success" }, client);
  const mail = { template: "magic_link", challengeId: id } as const;
  const isQueued = await queueAskedMail(tx, email, mail);
  // A mail that never leaves must not end the one that did.
  if (isQueued) await replaceChallenges(tx, "magic-link", { email }, id);
  return { id, isQueued };
}

async function handleFor(
  { email, handle }: Request,
  { id, isQueued }: Asked,
): Promise<string> {
  wakeWorker("mail");
  // Over the limit of mail, the browser goes on waiting for the last that left.
  const isWaiting = !isQueued && (await findMagicLink(handle))?.email === email;
  return isWaiting && handle ? handle : cookieHandle("magic-link", id);
}

/** Whether this is what the browser waits for, open or not. */
export function isMagicLink(handle: string | null): boolean {
  return handle !== null && readSecret("magic-link", "cookie", handle) !== null;
}

/** What this browser waits for; null when there is nothing. */
export async function findMagicLink(handle: string | null) {
  const own = handle ? readSecret("magic-link", "cookie", handle) : null;
  const found = own ? await findChallenge<MagicLink>("magic-link", own) : null;
  if (found?.state !== "open") return null;
  const { id, email, createdAt, data } = found.challenge;
  return { id, email: email ?? "", resendAt: resendAt(createdAt), ...data };
}

/** Null when this browser waits for none, or another click has just sent it. */
export async function resendMagicLink(
  handle: string,
  client: Client,
): Promise<string | null> {
  const waiting = await findMagicLink(handle);
  if (!waiting) return renew("cookie", handle, ["expired"], { handle, client });
  requireHeadStart(waiting.resendAt);
  const { id, email, next, isPersistent } = waiting;
  const request = { email, next, isPersistent, handle, client };
  const asked = await transaction(async (tx) => {
    // A double click is one mail: else the second could be over the limit, and the
    // browser would wait for it instead of the first.
    return (await holdChallenge(tx, "magic-link", id)) ? ask(tx, request) : null;
  });
  return asked && handleFor(request, asked);
}

type Renewal = {
  /** What this browser waits for already, if it does. */
  handle: string | null;
  client: Client;
};

/**
 * For whoever opens a link that no longer works, in the browser where they do; null
 * for one that is not ours, or still works.
 */
export function renewMagicLink(token: string, renewal: Renewal): Promise<string | null> {
  return renew("link", token, ["expired", "replaced", "used"], renewal);
}

async function renew(
  kind: "link" | "cookie",
  secret: string,
  states: string[],
  renewal: Renewal,
): Promise<string | null> {
  const id = readSecret("magic-link", kind, secret);
  const found = id ? await findChallenge<MagicLink>("magic-link", id) : null;
  if (!found || found.state === "unknown" || !states.includes(found.state)) return null;
  const { email, data } = found.challenge;
  const { next, isPersistent } = data;
  return email === null
    ? null
    : requestMagicLink({ email, next, isPersistent, ...renewal });
}

function describe(client: Client): Asker {
  const { browser, os } = describeDevice(client);
  return { browser, os, ip: client.ip, location: placeOf(client.ip) };
}
