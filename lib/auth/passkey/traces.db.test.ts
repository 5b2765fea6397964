// What is kept of passkeys: until when, what their owner is given of it, and that
// nothing outlives the account.
import { describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { cleanUp } from "@/lib/auth/clean-up";
import { exportAccount } from "@/lib/auth/export";
import { findSignal } from "@/lib/auth/passkey/credentials";
import { register } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import {
  askToAdd,
  askToConfirm,
  askToEnter,
  confirmWith,
  enterWith,
  idOf,
  makeHolder,
  newSecurityKey,
  outcomeOf,
  passkeysOf,
  readPasskey,
  signInWith,
} from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { ageChallenge, linkOf } from "@/tests/secrets";

const isThere = async (id: string) => (await db().challenge.count({ where: { id } })) > 0;

/** One of each kind. */
async function begin({
  session,
}: Pick<Awaited<ReturnType<typeof makeHolder>>, "session">) {
  const begun = [
    await askToEnter(),
    await askToAdd({ session }),
    await askToConfirm(session),
  ];
  const challenges = begun.map(({ options }) => options.challenge);
  return { ids: begun.map(({ handle }) => idOf(handle)), challenges };
}

describe("a ceremony", () => {
  it("that is over is cleaned up at once, answered or not; an open one stays", async () => {
    const holder = await makeHolder();
    const { ids: over } = await begin(holder);
    const { ids: open } = await begin(holder);
    await signInWith(holder.authenticator);
    const answered = await db().challenge.findFirstOrThrow({
      where: { purpose: "passkey-sign-in", consumedAt: { not: null } },
    });
    for (const id of [...over, answered.id]) await ageChallenge(id, minutes(5));
    for (const id of open) await ageChallenge(id, minutes(5) - seconds(20));
    await cleanUp();
    for (const id of [...over, answered.id]) expect(await isThere(id)).toBe(false);
    for (const id of open) expect(await isThere(id)).toBe(true);
  });
});

describe("the export", () => {
  it("K07 holds each passkey, and the sessions that began with it", async () => {
    const { user, authenticator, passkey } = await makeHolder({}, newSecurityKey());
    const { session } = await signInWith(authenticator);
    const held = await exportAccount(user.id, makeClient());
    const row = await readPasskey(passkey.id);
    const [own] = authenticator.passkeys;
    expect(held?.passkeys).toEqual([
      {
        id: passkey.id,
        credentialId: own?.id,
        publicKey: own?.publicKey.toString("base64url"),
        counter: 2,
        transports: ["usb", "nfc"],
        aaguid: "00000000-0000-0000-0000-000000000000",
        name: "Security key",
        isBackupEligible: false,
        isBackedUp: false,
        isVerifiable: true,
        sessionId: row.sessionId,
        createdAt: row.createdAt,
        lastUsedAt: row.lastUsedAt,
      },
    ]);
    const begun = held?.sessions.find(({ id }) => id === session.id);
    expect(begun).toMatchObject({ passkeyId: passkey.id, method: "passkey" });
    expect(held?.account.passkeyHandle).toBe(own?.userHandle);
    // A counter of the database is no number of JSON.
    expect(() => JSON.stringify(held)).not.toThrow();
  });

  it("K07 E01 holds no challenge, no handle of a ceremony, and nothing of others", async () => {
    const [ann, bob] = [await makeHolder(), await makeHolder()];
    const { ids, challenges } = await begin(ann);
    const text = JSON.stringify(await exportAccount(ann.user.id, makeClient()));
    expect(text).toContain("passkey-registration");
    for (const secret of [...ids, ...challenges]) expect(text).not.toContain(secret);
    for (const { id, userHandle } of bob.authenticator.passkeys) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(userHandle);
    }
  });
});

describe("a deleted account", () => {
  it("G03 takes its passkeys and ceremonies along; who comes after inherits nothing", async () => {
    const holder = await makeHolder();
    const { user, session, authenticator, client } = holder;
    const { ids } = await begin(holder);
    await confirmWith(session, authenticator, { act: "delete_account" });
    expect(await deleteAccount(session, client)).toBe(true);
    expect(await passkeysOf(user.id)).toBe(0);
    const where = { OR: [{ userId: user.id }, { sessionId: session.id }] };
    expect(await db().challenge.count({ where })).toBe(0);
    expect(await isThere(ids[1] ?? "")).toBe(false);
    expect(await outcomeOf(enterWith(authenticator))).toBe("unknown_passkey");

    const { email } = user;
    const asked = { email, name: null, password: null, next: null };
    const handle = await register({ ...asked, client });
    const token = await linkOf("registration", { email });
    await verifyRegistration({
      proof: { token },
      password: null,
      handle,
      client,
      previousToken: null,
    });
    const fresh = await db().user.findUniqueOrThrow({ where: { email } });
    expect(fresh.passkeyHandle).toBeNull();
    expect(await findSignal(fresh.id)).toBeNull();
    expect(await outcomeOf(enterWith(authenticator))).toBe("unknown_passkey");
    expect(
      await db().session.count({ where: { userId: fresh.id, method: "passkey" } }),
    ).toBe(0);
  });
});
