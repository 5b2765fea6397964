// The mailed code of a confirmation, and the acts that are confirmed by name.
import { describe, expect, it } from "vitest";
import { mailedCode } from "@/lib/auth/mailed-code";
import { confirm } from "@/lib/auth/step-up/confirm";
import {
  type DestructiveAct,
  findConfirmation,
  findConfirmationCode,
  sendConfirmationCode,
  spendConfirmation,
} from "@/lib/auth/step-up/confirmation";
import { minutes, seconds } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { age, makeClient, makeSignedIn, readSession, signIn } from "@/tests/people";
import { ageChallenge, mailTo, newestId, wrongCode } from "@/tests/secrets";

const act: DestructiveAct = "delete_account";

/** An account without a password, whose sign-in is no longer recent. */
async function makeIn() {
  const { user, client, sessionId } = await makeSignedIn();
  await age(sessionId, minutes(20));
  return { user, client, session: { id: sessionId, userId: user.id } };
}

type Account = Awaited<ReturnType<typeof makeIn>>;

async function send({ session, client }: Account): Promise<string> {
  await sendConfirmationCode(session, client);
  return mailedCode("step-up-code", (await findConfirmationCode(session)) ?? "");
}

const type = ({ session }: Account, code: string, named?: DestructiveAct) => {
  const given = { session, client: makeClient(), act: named };
  return confirm(given, { method: "email_code", code });
};
const isConfirmed = async ({ session }: Account, named?: DestructiveAct) =>
  (await findConfirmation(session, named)).isConfirmed;
const spend = ({ session }: Account, id = session.id) =>
  transaction((tx) => spendConfirmation(tx, { ...session, id }, act));
const invalidCode = { code: "invalid_code" };

describe("the code", () => {
  it("F05 is mailed to the address of the account, and confirms the session", async () => {
    const account = await makeIn();
    const { user, session } = account;
    const client = makeClient();
    await sendConfirmationCode(session, client);
    expect((await mailTo(user.email)).at(-1)).toBe("step_up_code");
    const about = { userId: user.id, sessionId: session.id, method: "email_code" };
    const asked = { type: "confirmation_requested", result: "success" } as const;
    await expectEvents(client, { ...asked, ...about });
    const code = mailedCode("step-up-code", (await findConfirmationCode(session)) ?? "");
    await type(account, code);
    expect(await isConfirmed(account)).toBe(true);
    expect((await readSession(session.id)).amr).toContain("email");
    await expect(type(account, code)).rejects.toMatchObject(invalidCode);
  });

  it("F05 is mailed to nobody who has a password", async () => {
    const account = await makeIn();
    await db().$executeRaw`UPDATE "user" SET password_hash = 'x'
      WHERE id = ${account.user.id}`;
    await expect(
      sendConfirmationCode(account.session, account.client),
    ).rejects.toMatchObject({
      code: "step_up_required",
      extra: { methods: ["password"] },
    });
    const answer = type(account, "000000");
    await expect(answer).rejects.toMatchObject({ code: "step_up_required" });
    expect(await mailTo(account.user.email)).not.toContain("step_up_code");
  });

  it("C03 is over after ten minutes", async () => {
    const account = await makeIn();
    const code = await send(account);
    const id = await newestId("step-up-code", { sessionId: account.session.id });
    await ageChallenge(id, minutes(10));
    await expect(type(account, code)).rejects.toMatchObject(invalidCode);
    expect(await findConfirmationCode(account.session)).toBeNull();
  });

  it("C04 counts in the session that asked and in no other", async () => {
    const account = await makeIn();
    const { session } = await signIn(account.user, makeClient());
    const other = { ...account, session: { ...account.session, id: session.id } };
    const code = await send(account);
    await expect(type(other, code)).rejects.toMatchObject(invalidCode);
    await send(other);
    await expect(type(other, code)).rejects.toMatchObject(invalidCode);
    await type(account, code);
    expect(await isConfirmed(account)).toBe(true);
  });

  it("C02 five wrong ones kill it", async () => {
    const account = await makeIn();
    const code = await send(account);
    for (let n = 1; n <= 5; n++) {
      await expect(type(account, wrongCode(code, n))).rejects.toMatchObject(invalidCode);
    }
    await expect(type(account, code)).rejects.toMatchObject(invalidCode);
    expect(await isConfirmed(account)).toBe(false);
  });

  it("C05 a newer one takes its place", async () => {
    const account = await makeIn();
    const older = await send(account);
    const newer = await send(account);
    await expect(type(account, older)).rejects.toMatchObject(invalidCode);
    await type(account, newer);
    expect(await isConfirmed(account)).toBe(true);
    await expect(type(account, older)).rejects.toMatchObject(invalidCode);
  });

  it("C02 of thirty right ones at once one confirms", async () => {
    const account = await makeIn();
    const code = await send(account);
    const tries = Array.from({ length: 30 }, () => type(account, code));
    const answers = await Promise.allSettled(tries);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await readSession(account.session.id)).generation).toBe(1);
  });

  it("G03 confirms nothing of an account that was banned meanwhile", async () => {
    const account = await makeIn();
    const code = await send(account);
    const where = { id: account.user.id };
    await db().user.update({ where, data: { bannedAt: new Date() } });
    await expect(type(account, code)).rejects.toMatchObject({ code: "unauthenticated" });
    expect((await readSession(account.session.id)).generation).toBe(0);
  });

  it("G08 is mailed to nobody whose session has ended", async () => {
    const account = await makeIn();
    const { session, client, user } = account;
    await db().$executeRaw`UPDATE session SET ended_at = clock_timestamp()
      WHERE id = ${session.id}`;
    await expect(sendConfirmationCode(session, client)).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(await mailTo(user.email)).not.toContain("step_up_code");
  });
});

describe("an act that cannot be undone", () => {
  const makeNamed = async () => {
    const account = await makeIn();
    await type(account, await send(account), act);
    return account;
  };

  it("F07 is confirmed by its name; a sign-in and a general confirmation are not enough", async () => {
    const account = await makeIn();
    await type(account, await send(account));
    expect(await isConfirmed(account)).toBe(true);
    expect(await isConfirmed(account, act)).toBe(false);
    expect(await spend(account)).toBe(false);
    await type(account, await send(account), act);
    expect(await isConfirmed(account, act)).toBe(true);
    expect(await isConfirmed(account)).toBe(true);
  });

  it("F07 a general confirmation afterwards takes it away", async () => {
    const account = await makeNamed();
    await type(account, await send(account));
    expect(await isConfirmed(account, act)).toBe(false);
    expect(await spend(account)).toBe(false);
  });

  it("F07 is served once, of thirty at once", async () => {
    const account = await makeNamed();
    const spent = await Promise.all(Array.from({ length: 30 }, () => spend(account)));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await isConfirmed(account, act)).toBe(false);
  });

  it("F07 is not served in another session, nor to another person", async () => {
    const account = await makeNamed();
    const { session } = await signIn(account.user, makeClient());
    expect(await spend(account, session.id)).toBe(false);
    const { session: theirs } = await makeIn();
    const stolen = { ...theirs, id: account.session.id };
    expect(await transaction((tx) => spendConfirmation(tx, stolen, act))).toBe(false);
    expect(await spend(account)).toBe(true);
  });

  it("F07 is over after ten minutes, by the database's clock", async () => {
    const account = await makeNamed();
    const earlier = (ms: number) => db().$executeRaw`UPDATE session
      SET confirmed_for_at = confirmed_for_at - ${ms} * interval '1 millisecond'
      WHERE id = ${account.session.id}`;
    await earlier(minutes(10) - seconds(20));
    expect(await isConfirmed(account, act)).toBe(true);
    await earlier(seconds(20));
    expect(await isConfirmed(account, act)).toBe(false);
    expect(await spend(account)).toBe(false);
  });

  it("F07 is taken back with the act that did not happen", async () => {
    const account = await makeNamed();
    const failing = transaction(async (tx) => {
      await spendConfirmation(tx, account.session, act);
      throw new Error("the act failed");
    });
    await expect(failing).rejects.toThrow("the act failed");
    expect(await spend(account)).toBe(true);
  });
});
