// Adding a passkey: what is kept, what it is called, how many there may be, and
// that a credential belongs to one account for ever.
import { describe, expect, it } from "vitest";
import { listPasskeys } from "@/lib/auth/passkey/credentials";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { config } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  addPasskey,
  answerToAdd,
  askToAdd,
  enterWith,
  makeHolder,
  newAuthenticator,
  newSecurityKey,
  outcomeOf,
  passkeysOf,
  readPasskey,
} from "@/tests/passkeys";
import { makeClient, makeSignedIn, readSession } from "@/tests/people";
import { mailTo } from "@/tests/secrets";

async function makeIn() {
  const { user, client, sessionId, first } = await makeSignedIn();
  return { user, client, first, session: { id: sessionId, userId: user.id } };
}

const apple = "fbfc3007-154e-4ecc-8c0b-6e020557d7bd";
const nobody = "00000000-0000-0000-0000-000000000000";

/** As if so many had been added before. */
async function fill(account: Awaited<ReturnType<typeof makeIn>>, count: number) {
  const { id: sessionId, userId } = account.session;
  const data = Array.from({ length: count }, (_, n) => ({
    ...{ id: newId(), userId, sessionId, name: `Key ${n}`, aaguid: nobody },
    ...{ credentialId: Buffer.from(newId()), publicKey: Buffer.from("none") },
    ...{ counter: 0, transports: [], isBackupEligible: false, isBackedUp: false },
    isVerifiable: false,
  }));
  await db().passkey.createMany({ data });
}

describe("a new passkey", () => {
  it("M01 F06 is an event, a mail and new tokens", async () => {
    const { user, client, session, first } = await makeIn();
    const asked = await askToAdd({ session });
    const before = await readSession(session.id);
    const agent = makeClient({ deviceHash: client.deviceHash });
    const added = await answerToAdd({ session, client: agent }, asked);
    const about = { userId: user.id, sessionId: session.id };
    await expectEvents(agent, { type: "passkey_added", result: "success", ...about });
    expect((await mailTo(user.email)).at(-1)).toBe("passkey_added");
    const after = await readSession(session.id);
    expect(after.generation).toBe(before.generation + 1);
    // Adding one proves nothing more: neither level, factors nor time move.
    const { aal, amr, authenticatedAt, securityVersion } = before;
    expect(after).toMatchObject({ aal, amr, authenticatedAt, securityVersion });
    const token = added?.tokens.refreshToken ?? "";
    expect(token).not.toBe(first.refreshToken);
    expect((await rotateRefreshToken({ token, client })).status).toBe("renewed");
  });

  it("E07 E06 is kept with what it said of itself, up to the highest counter", async () => {
    const { session } = await makeIn();
    const authenticator = newSecurityKey();
    const counter = 2 ** 32 - 1;
    const { id } = await addPasskey({ session }, { authenticator, altered: { counter } });
    const [own] = authenticator.passkeys;
    const row = await readPasskey(id);
    expect(row).toMatchObject({
      userId: session.userId,
      sessionId: session.id,
      counter: BigInt(counter),
      transports: ["usb", "nfc"],
      aaguid: nobody,
      isBackupEligible: false,
      isBackedUp: false,
      lastUsedAt: null,
    });
    expect(Buffer.from(row.credentialId).toString("base64url")).toBe(own?.id);
    expect(Buffer.from(row.publicKey)).toEqual(own?.publicKey);
  });

  it("E05 that verified nobody is kept, and proves one factor", async () => {
    const { session } = await makeIn();
    const authenticator = newSecurityKey();
    const altered = { isUserVerified: false };
    await addPasskey({ session }, { authenticator, altered });
    const entered = await enterWith(authenticator, { altered });
    expect(entered).toMatchObject({ status: "signed_in", session: { aal: 1 } });
  });

  it("E05 made without a gesture is taken only where the ceremony said so", async () => {
    const { session } = await makeIn();
    const altered = { isUserPresent: false, isUserVerified: false };
    const asked = await askToAdd({ session });
    expect(await outcomeOf(answerToAdd({ session }, asked, { altered }))).toBe(
      "not_verified",
    );
    const silent = await askToAdd({ session }, true);
    expect(await outcomeOf(answerToAdd({ session }, silent, { altered }))).toBe("done");
    expect(await passkeysOf(session.userId)).toBe(1);
  });
});

describe("its name", () => {
  const names = async (userId: string) =>
    (await listPasskeys(userId)).map(({ name }) => name);

  it("E1 is its provider's, with a number from the second on", async () => {
    const { session } = await makeIn();
    for (let n = 0; n < 3; n++) {
      await addPasskey(
        { session },
        { authenticator: newAuthenticator({ aaguid: apple }) },
      );
    }
    const all = ["Apple Passwords", "Apple Passwords 2", "Apple Passwords 3"];
    expect(await names(session.userId)).toEqual(all);
  });

  it("E1 takes the first number that is free", async () => {
    const { session } = await makeIn();
    const add = () =>
      addPasskey({ session }, { authenticator: newAuthenticator({ aaguid: apple }) });
    const ids = [(await add()).id, (await add()).id, (await add()).id];
    await db().passkey.delete({ where: { id: ids[1] ?? "" } });
    expect((await add()).name).toBe("Apple Passwords 2");
    await db().passkey.delete({ where: { id: ids[0] ?? "" } });
    expect((await add()).name).toBe("Apple Passwords");
  });

  it.each([
    [["usb"], "Security key"],
    [["nfc", "ble"], "Security key"],
    [["usb", "internal"], "Passkey"],
    [["internal", "hybrid"], "Passkey"],
    [[], "Passkey"],
  ] as const)("E1 without a provider, by %j, is %s", async (transports, name) => {
    const { session } = await makeIn();
    const make = { aaguid: nobody, transports: [...transports] };
    const authenticator = newAuthenticator(make);
    expect((await addPasskey({ session }, { authenticator })).name).toBe(name);
  });
});

describe("a credential that is registered already", () => {
  it("E11 is refused for its owner and for anybody else, and stays as it is", async () => {
    const owner = await makeHolder();
    const [own] = owner.authenticator.passkeys;
    const before = await readPasskey(owner.passkey.id);
    for (const account of [owner, await makeIn()]) {
      const { session } = account;
      const count = await passkeysOf(session.userId);
      const client = makeClient();
      const altered = { credentialId: own?.id ?? "" };
      const attempt = answerToAdd({ session, client }, await askToAdd({ session }), {
        altered,
      });
      await expect(attempt).rejects.toMatchObject({
        code: "conflict",
        extra: { reason: "already_registered" },
      });
      const failure = { type: "passkey_added", result: "failure" } as const;
      const about = { userId: session.userId, sessionId: session.id };
      await expectEvents(client, { ...failure, ...about, reason: "already_registered" });
      expect(await passkeysOf(session.userId)).toBe(count);
    }
    expect(await readPasskey(owner.passkey.id)).toEqual(before);
    expect(await outcomeOf(enterWith(owner.authenticator))).toBe("done");
  });

  it("E11 of ten people who claim one at once one gets it", async () => {
    const credentialId = Buffer.from(newId()).toString("base64url");
    const people = await Promise.all(Array.from({ length: 10 }, makeIn));
    const claims = people.map(async ({ session }) => {
      const asked = await askToAdd({ session });
      return answerToAdd({ session }, asked, { altered: { credentialId } });
    });
    const outcomes = await Promise.all(claims.map(outcomeOf));
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "already_registered")).toHaveLength(
      9,
    );
  });

  it("E2 is named to the browser, which then makes no second one", async () => {
    const { session, authenticator } = await makeHolder();
    const { options } = await askToAdd({ session });
    expect(options.excludeCredentials).toEqual([
      {
        id: authenticator.passkeys[0]?.id,
        type: "public-key",
        transports: ["internal", "hybrid"],
      },
    ]);
  });
});

describe("as many as an account can have", () => {
  const { maxPerUser } = config.passkey;

  it("E11 the twenty-first is refused, before the dialog and after", async () => {
    expect(maxPerUser).toBe(20);
    const account = await makeIn();
    const { session } = account;
    const asked = await askToAdd({ session });
    await fill(account, maxPerUser);
    expect(await outcomeOf(askToAdd({ session }))).toBe("too_many");
    const client = makeClient();
    await expect(answerToAdd({ session, client }, asked)).rejects.toMatchObject({
      code: "conflict",
      extra: { reason: "too_many" },
    });
    const failure = { type: "passkey_added", result: "failure" } as const;
    const about = { userId: session.userId, sessionId: session.id };
    await expectEvents(client, { ...failure, ...about, reason: "too_many" });
    expect(await passkeysOf(session.userId)).toBe(maxPerUser);
  });

  it("E11 of twenty that are finished at once beside nineteen one is added", async () => {
    const account = await makeIn();
    const { session } = account;
    await fill(account, maxPerUser - 1);
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => askToAdd({ session })),
    );
    const finished = asked.map((one) => outcomeOf(answerToAdd({ session }, one)));
    const outcomes = await Promise.all(finished);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "too_many")).toHaveLength(19);
    expect(await passkeysOf(session.userId)).toBe(maxPerUser);
  });
});
