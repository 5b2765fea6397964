// Asking for a reset tells a stranger nothing, and gives nobody a code to guess.
import { describe, expect, it } from "vitest";
import { mailedCode } from "@/lib/auth/mailed-code";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import { minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { makeClient, makeUser } from "@/tests/people";
import { codeOf, mailTo, newAddress, newestId } from "@/tests/secrets";
import { statementsOf } from "@/tests/statements";

const fresh = "what it is from now";
const password = "what it was before";

const accounts: Record<string, () => Promise<string>> = {
  "an account": async () => (await makeUser({ password })).email,
  "nobody's address": async () => newAddress(),
  "a banned account": async () => {
    const { id, email } = await makeUser({ password });
    await db().user.update({ where: { id }, data: { bannedAt: new Date() } });
    return email;
  },
  "an account without a password": async () => (await makeUser()).email,
  "an account with a second factor": async () =>
    (await makeUser({ password, secondFactors: ["totp"] })).email,
};

describe("asking for a reset", () => {
  it.each(Object.keys(accounts))(
    "B09 D1 for %s does what it does for every other, and leaves the same",
    async (kind) => {
      const email = (await accounts[kind]?.()) ?? "";
      await requestReset(newAddress(), makeClient());
      const expected = await statementsOf(() => requestReset(newAddress(), makeClient()));
      expect(expected.length).toBeGreaterThan(4);
      const client = makeClient();
      expect(await statementsOf(() => requestReset(email, client))).toEqual(expected);
      expect(await mailTo(email)).toEqual(["reset"]);
      const row = await db().challenge.findFirstOrThrow({ where: { email } });
      expect(row).toMatchObject({ purpose: "reset", userId: null, attempts: 0 });
      const lives = row.expiresAt.getTime() - row.createdAt.getTime();
      expect(Math.round(lives / minutes(1))).toBe(30);
      const nobody = { userId: null, sessionId: null };
      await expectEvents(client, {
        type: "reset_requested",
        result: "success",
        ...nobody,
      });
    },
  );

  it("B12 mails one address three times an hour, and says nothing of it", async () => {
    const email = newAddress();
    for (let n = 0; n < 5; n++) {
      await expect(requestReset(email, makeClient())).resolves.toBeUndefined();
    }
    expect(await mailTo(email)).toEqual(["reset", "reset", "reset"]);
  });

  it("B12 what is over the limit can be guessed by nobody, from however many browsers", async () => {
    const { email, id } = await makeUser({ password });
    for (let n = 0; n < 3; n++) await requestReset(email, makeClient());
    for (let n = 0; n < 5; n++) {
      const attacker = makeClient();
      await requestReset(email, attacker);
      const proof = { email, code: await codeOf("reset", { email }) };
      expect(await resetPassword({ proof, password: fresh, client: attacker })).toEqual({
        status: "refused",
        reason: "wrong",
      });
    }
    const after = await db().user.findUniqueOrThrow({ where: { id } });
    expect(after.securityVersion).toBe(0);
  });

  it("B12 asking once too often does not take the last code that was mailed away", async () => {
    const { email } = await makeUser({ password });
    const client = makeClient();
    for (let n = 0; n < 3; n++) await requestReset(email, client);
    const mailed = mailedCode("reset", await newestId("reset", { email }));
    await requestReset(email, client);
    const proof = { email, code: mailed };
    const answer = await resetPassword({ proof, password: fresh, client });
    expect(answer.status).toBe("password_changed");
  });

  it("C02 a stranger who asks too takes no code and no link away", async () => {
    const { email } = await makeUser({ password });
    const client = makeClient();
    await requestReset(email, client);
    const code = await codeOf("reset", { email });
    await requestReset(email, makeClient());
    const proof = { email, code };
    const answer = await resetPassword({ proof, password: fresh, client });
    expect(answer.status).toBe("password_changed");
  });

  it("M05 the request and its mail are there together or not at all", async () => {
    const email = newAddress();
    // The queue refuses: what came before it in the transaction goes with it.
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    const client = makeClient();
    try {
      await expect(requestReset(email, client)).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    expect(await db().challenge.count({ where: { email } })).toBe(0);
    await expectEvents(client);
    await requestReset(email, client);
    expect(await mailTo(email)).toEqual(["reset"]);
  });
});
