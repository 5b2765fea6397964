// To whom a passkey is offered, and for how long not again.
import { describe, expect, it } from "vitest";
import { declinePasskeyOffer, findPasskeyOffer } from "@/lib/auth/passkey/offer";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { config, days, minutes, seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { addPasskey, makeHolder, newAuthenticator, signInWith } from "@/tests/passkeys";
import { age, makeClient, makeSignedIn, makeUser, signIn } from "@/tests/people";

async function makeIn() {
  const { user, client, sessionId, first } = await makeSignedIn();
  return { user, client, first, session: { id: sessionId, userId: user.id } };
}

type Owned = { id: string; userId: string };
const isOffered = async (session: Owned) => (await findPasskeyOffer(session)).isOffered;
const mayUpgrade = async (session: Owned) => (await findPasskeyOffer(session)).mayUpgrade;

/** As if it had been said that much earlier. */
const letPass = (userId: string, ms: number) => db().$executeRaw`
  UPDATE "user" SET passkey_offer_at = passkey_offer_at - ${ms} * interval '1 millisecond'
  WHERE id = ${userId}`;

describe("the offer", () => {
  it("E5 is made to whoever has no passkey, and to nobody who has one", async () => {
    const { session, user } = await makeIn();
    expect(await isOffered(session)).toBe(true);
    await addPasskey({ session });
    expect(await isOffered(session)).toBe(false);
    const again = await signIn(user);
    expect(await isOffered({ id: again.session.id, userId: user.id })).toBe(false);
  });

  it("E5 is made after a sign-in with a passkey of another device, until one is added", async () => {
    const { authenticator, user, session } = await makeHolder();
    const enter = async (attachment: "platform" | "cross-platform") => {
      const { session: begun } = await signInWith(authenticator, {
        altered: { attachment },
      });
      return { id: begun.id, userId: user.id };
    };
    expect(await isOffered(await enter("platform"))).toBe(false);
    const begun = await enter("cross-platform");
    expect(await isOffered(begun)).toBe(true);
    expect(await isOffered(session)).toBe(false);
    await addPasskey({ session: begun }, { authenticator: newAuthenticator() });
    expect(await isOffered(begun)).toBe(false);
  });

  it("E5 is not made to whoever used a security key, which is at hand everywhere", async () => {
    const key = newAuthenticator({ transports: ["usb"], attachment: "cross-platform" });
    const { user } = await makeHolder({}, key);
    const { session } = await signInWith(key);
    expect(await isOffered({ id: session.id, userId: user.id })).toBe(false);
  });

  it("E5 is not made where there is room for no more", async () => {
    const { authenticator, user, session } = await makeHolder();
    const altered = { attachment: "cross-platform" } as const;
    const begun = (await signInWith(authenticator, { altered })).session;
    const data = Array.from({ length: config.passkey.maxPerUser - 1 }, () => ({
      ...{ id: newId(), userId: user.id, sessionId: session.id, name: "Key", aaguid: "" },
      ...{ credentialId: Buffer.from(newId()), publicKey: Buffer.from("none") },
      ...{ counter: 0, transports: [], isBackupEligible: false, isBackedUp: false },
      isVerifiable: false,
    }));
    await db().passkey.createMany({ data });
    expect(await isOffered({ id: begun.id, userId: user.id })).toBe(false);
    expect(await mayUpgrade(session)).toBe(false);
  });

  it("E5 that is not wanted now comes back after thirty days, on every device", async () => {
    const { session, user } = await makeIn();
    const other = { id: (await signIn(user)).session.id, userId: user.id };
    await declinePasskeyOffer(session, "not_now");
    expect([await isOffered(session), await isOffered(other)]).toEqual([false, false]);
    await letPass(user.id, days(30) - seconds(20));
    expect(await isOffered(session)).toBe(false);
    await letPass(user.id, seconds(20));
    expect([await isOffered(session), await isOffered(other)]).toEqual([true, true]);
  });

  it("E5 that is not wanted at all never comes back, though an older page says not now", async () => {
    const { session, user } = await makeIn();
    await declinePasskeyOffer(session, "never");
    expect(await isOffered(session)).toBe(false);
    await declinePasskeyOffer(session, "not_now");
    await letPass(user.id, days(400));
    expect(await isOffered(session)).toBe(false);
  });

  it("K03 is declined for oneself alone", async () => {
    const [ann, bob] = [await makeIn(), await makeIn()];
    await declinePasskeyOffer(ann.session, "never");
    expect(await isOffered(bob.session)).toBe(true);
    const crossed = { id: ann.session.id, userId: bob.user.id };
    expect(await findPasskeyOffer(crossed)).toEqual({
      isOffered: false,
      mayUpgrade: false,
    });
  });
});

describe("the silent creation", () => {
  it("E5 may happen within five minutes of a sign-in with a password", async () => {
    const { session, client, first } = await makeIn();
    expect(await mayUpgrade(session)).toBe(true);
    await age(session.id, minutes(5) - seconds(20));
    expect(await mayUpgrade(session)).toBe(true);
    await age(session.id, seconds(20));
    expect(await mayUpgrade(session)).toBe(false);
    await rotateRefreshToken({ token: first.refreshToken, client });
    expect(await mayUpgrade(session)).toBe(false);
  });

  it("E5 may not happen after a sign-in by other means", async () => {
    const { authenticator, user } = await makeHolder();
    const { session } = await signInWith(authenticator, { client: makeClient() });
    expect(await mayUpgrade({ id: session.id, userId: user.id })).toBe(false);
    const other = await makeUser();
    const { id } = (await signIn(other)).session;
    await db().session.update({ where: { id }, data: { method: "magic_link" } });
    expect(await mayUpgrade({ id, userId: other.id })).toBe(false);
  });

  it.each(["not_now", "never"] as const)(
    "E5 may not happen against the will of whoever said %s",
    async (answer) => {
      const { session } = await makeIn();
      await declinePasskeyOffer(session, answer);
      expect(await mayUpgrade(session)).toBe(false);
    },
  );
});
