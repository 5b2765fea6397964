// A passkey's ceremony: one question to one authenticator. What it has to sign is
// derived from a row of ours, never read from the request (CVE-2026-28787), and the
// row counts in the browser that has its handle, in the session that began it, and
// once: for an answer that fails as well.
import {
  consumeChallenge,
  cookieHandle,
  createChallenge,
  readSecret,
} from "@/lib/auth/challenge";
import { config } from "@/lib/config";
import { mac, macs, type PasskeyCeremony } from "@/lib/crypto";
import type { Connection } from "@/lib/db";
import { env } from "@/lib/env";

type Owned = { id: string; userId: string };

/** The name that credentials are bound to: our host, without port (§5.1.2). */
export function relyingParty(): { origin: string; rpId: string } {
  const origin = env().appUrl;
  return { origin, rpId: new URL(origin).hostname };
}

export async function beginCeremony(
  connection: Connection,
  purpose: PasskeyCeremony,
  { session, data = {} }: { session?: Owned; data?: object } = {},
) {
  const id = await createChallenge(connection, {
    purpose,
    lifetime: config.challenge.passkey,
    sessionId: session?.id,
    userId: session?.userId,
    data,
  });
  const challenge = Buffer.from(mac(`${purpose}-challenge`, id), "base64url");
  return {
    handle: cookieHandle(purpose, id),
    challenge: Uint8Array.from(challenge),
  };
}

/** Null when nothing that this browser, in this session, has begun is open. */
export async function takeCeremony<Data>(
  connection: Connection,
  purpose: PasskeyCeremony,
  handle: string | null,
  session?: Owned,
) {
  const id = handle ? readSecret(purpose, "cookie", handle) : null;
  const taken = id ? await consumeChallenge<Data>(connection, purpose, id) : null;
  if (!taken || taken.sessionId !== (session?.id ?? null)) return null;
  const challenges = macs(`${purpose}-challenge`, taken.id).map((bytes) =>
    bytes.toString("base64url"),
  );
  return { challenges, data: taken.data };
}
