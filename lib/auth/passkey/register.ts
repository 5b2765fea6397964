// Adding a passkey. The edge has asked for a recent confirmation before the options
// leave; the ceremony of this session then carries it to the answer.
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { type PasskeyFailure, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { mailOwner } from "@/lib/auth/owner-mail";
import { refusePasskey } from "@/lib/auth/passkey/assertion";
import { beginCeremony, relyingParty, takeCeremony } from "@/lib/auth/passkey/ceremony";
import { findDescriptors } from "@/lib/auth/passkey/credentials";
import { providerOf } from "@/lib/auth/passkey/providers";
import {
  type Attested,
  algorithms,
  verifyAttestation,
} from "@/lib/auth/passkey/webauthn";
import { type Reissued, reissueTokens } from "@/lib/auth/refresh-token/reissue";
import { lockOwner } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { newId, newUserHandle } from "@/lib/crypto";
import { db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };
type Ceremony = { isConditional: boolean };

type Beginning = {
  session: Owned;
  /** By the browser itself after a sign-in with a password, without a gesture. */
  isConditional: boolean;
  /** As the site calls itself. */
  rpName: string;
};

/** Throws `conflict` when the account has as many as it can. */
export async function beginRegistration(beginning: Beginning) {
  const { session, isConditional, rpName } = beginning;
  const known = await findDescriptors(session.userId);
  if (known.length >= config.passkey.maxPerUser) throw refuseNew("too_many");
  const owner = await identify(session.userId);
  const data: Ceremony = { isConditional };
  const purpose = "passkey-registration";
  const { challenge, handle } = await beginCeremony(db(), purpose, { session, data });
  const options = await generateRegistrationOptions({
    rpName,
    rpID: relyingParty().rpId,
    userID: owner.passkeyHandle,
    userName: owner.email,
    userDisplayName: owner.name ?? owner.email,
    challenge,
    timeout: config.challenge.passkey,
    attestationType: "none",
    excludeCredentials: known,
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
    supportedAlgorithmIDs: algorithms,
  });
  return { options, handle };
}

/** With the handle that authenticators know the account by, made when first needed. */
async function identify(userId: string) {
  type Owner = { email: string; name: string | null; passkeyHandle: Uint8Array };
  const [owner] = await db().$queryRaw<Owner[]>`
    UPDATE "user" SET passkey_handle = COALESCE(passkey_handle, ${newUserHandle()})
    WHERE id = ${userId} RETURNING email, name, passkey_handle AS "passkeyHandle"`;
  if (!owner) throw new Refusal("unauthenticated");
  return { ...owner, passkeyHandle: Uint8Array.from(owner.passkeyHandle) };
}

type Answer = {
  session: Owned;
  response: RegistrationResponseJSON;
  /** The handle that this browser got with the options. */
  handle: string | null;
  client: Client;
};

export type PasskeyAdded = { id: string; name: string; tokens: Reissued };

/**
 * Null when this session has no ceremony open, so that nothing says it was confirmed.
 * Throws `invalid_passkey`, `conflict` for one that is registered already, whoever's
 * it is, and `unauthenticated` when the session has ended meanwhile.
 */
export async function finishRegistration(answer: Answer): Promise<PasskeyAdded | null> {
  const added = await transaction((tx) => add(tx, answer));
  if (added === "no_ceremony") return null;
  if (added === "ended") throw new Refusal("unauthenticated");
  if (added === "not_verified") throw refusePasskey(added);
  if (typeof added === "string") throw refuseNew(added);
  wakeWorker("mail");
  return added;
}

/**
 * The lock comes first: whoever secures the account either ends the ceremony before
 * it is taken, or finds the passkey that came of it.
 */
async function add(tx: Transaction, answer: Answer) {
  const { session, client } = answer;
  const owner = await lockOwner(tx, session);
  const attested = await attest(tx, answer);
  if (!owner) return "ended";
  const stored =
    typeof attested === "string" ? attested : await store(tx, answer, attested);
  if (typeof stored === "string") {
    await fail(tx, answer, stored);
    return stored;
  }
  const { id: sessionId, userId } = session;
  const about = { userId, sessionId };
  await writeEvent(tx, { type: "passkey_added", result: "success", ...about }, client);
  await mailOwner(tx, { template: "passkey_added", ...about, about: stored.name });
  const tokens = await reissueTokens(tx, sessionId);
  if (!tokens) throw new Error("a session that was locked has ended");
  return { ...stored, tokens };
}

async function attest(tx: Transaction, { session, response, handle }: Answer) {
  const purpose = "passkey-registration";
  const ceremony = await takeCeremony<Ceremony>(tx, purpose, handle, session);
  if (!ceremony) return "no_ceremony";
  const { challenges, data } = ceremony;
  const expected = { challenges, ...relyingParty(), ...data };
  const attested = await verifyAttestation(response, expected);
  if (!attested) return "not_verified";
  // A silent creation asks nobody for anything; the password was given just before.
  return { ...attested, isVerifiable: attested.isUserVerified || data.isConditional };
}

function refuseNew(reason: "already_registered" | "too_many"): Refusal {
  const { detail } = refusePasskey(reason);
  return new Refusal("conflict", { detail, extra: { reason } });
}

/** One account never takes over the credential of another (§7.1 step 26). */
async function store(
  tx: Transaction,
  { session, response }: Answer,
  attested: Attested & { isVerifiable: boolean },
): Promise<{ id: string; name: string } | "already_registered" | "too_many"> {
  const { id: sessionId, userId } = session;
  const present = await tx.passkey.findMany({
    where: { userId },
    select: { name: true },
  });
  if (present.length >= config.passkey.maxPerUser) return "too_many";
  const transports = response.response.transports ?? [];
  const names = present.map(({ name }) => name);
  const name = numbered(nameOf(attested.aaguid, transports), names);
  const id = newId();
  const { credentialId, publicKey, counter, aaguid } = attested;
  const { isBackupEligible, isBackedUp, isVerifiable } = attested;
  const stored = await tx.$executeRaw`
    INSERT INTO passkey (id, user_id, credential_id, public_key, counter, transports,
      aaguid, name, is_backup_eligible, is_backed_up, is_verifiable, session_id)
    VALUES (${id}, ${userId}, ${credentialId}, ${publicKey}, ${counter}, ${transports},
      ${aaguid}, ${name}, ${isBackupEligible}, ${isBackedUp}, ${isVerifiable}, ${sessionId})
    ON CONFLICT (credential_id) DO NOTHING`;
  return stored === 1 ? { id, name } : "already_registered";
}

/** After who keeps it, as far as it says so; its owner can call it anything. */
function nameOf(aaguid: string, transports: string[]): string {
  const provider = providerOf(aaguid);
  if (provider) return provider.name;
  const isKey = transports.includes("usb") || transports.includes("nfc");
  return isKey && !transports.includes("internal") ? "Security key" : "Passkey";
}

function numbered(name: string, taken: string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

async function fail(
  tx: Transaction,
  { session, client }: Answer,
  reason: PasskeyFailure,
): Promise<void> {
  const event = { type: "passkey_added", result: "failure", reason } as const;
  const about = { userId: session.userId, sessionId: session.id };
  await writeEvent(tx, { ...event, ...about }, client);
}
