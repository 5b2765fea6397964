// A change of address whose address, account or session is no longer what it was.
import { describe, expect, it } from "vitest";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { endSession } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { untilBlocked } from "@/tests/locks";
import { makeClient, makeUser, signInAsNews } from "@/tests/people";
import { linkOf, mailTo, newAddress } from "@/tests/secrets";
import { statementsOf } from "@/tests/statements";

async function makeAsking() {
  const [user, client] = [await makeUser(), makeClient()];
  const { session } = await signInAsNews(user, client);
  return { user, client, session: { id: session.id, userId: user.id } };
}

async function makeChanging(email = newAddress()) {
  const asking = await makeAsking();
  await requestEmailChange({ ...asking, email });
  const token = await linkOf("email-change", { userId: asking.user.id });
  return { ...asking, email, token };
}

type Changing = Awaited<ReturnType<typeof makeChanging>>;

const confirm = (token: string, client = makeClient()) =>
  confirmEmailChange({ proof: { token }, session: null, client });

async function expectUntouched({ user, session, email }: Changing) {
  const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
  expect(after).toMatchObject({ email: user.email, securityVersion: 0 });
  expect((await findSession(session.id)).status).toBe("alive");
  expect(await mailTo(user.email)).not.toContain("email_changed");
  expect(await mailTo(email)).not.toContain("email_confirmed");
}

const noOne = { userId: null, sessionId: null };
const failed = (reason: string) =>
  ({ type: "email_change", result: "failure", reason, ...noOne }) as const;

describe("an address that somebody else has", () => {
  it("B09 asking for it sends the same statements as for a free one", async () => {
    const taken = (await makeUser()).email;
    const [warm, one, other] = [
      await makeAsking(),
      await makeAsking(),
      await makeAsking(),
    ];
    await requestEmailChange({ ...warm, email: newAddress() });
    const forFree = await statementsOf(() =>
      requestEmailChange({ ...one, email: newAddress() }),
    );
    const forTaken = await statementsOf(() =>
      requestEmailChange({ ...other, email: taken }),
    );
    expect(forFree.length).toBeGreaterThan(6);
    expect(forTaken).toEqual(forFree);
    expect(await mailTo(taken)).toEqual(["email_change"]);
  });

  it("C13 is a conflict when it is confirmed, and leaves everything as it was", async () => {
    const changing = await makeChanging();
    await makeUser({ email: changing.email });
    const client = makeClient();
    await expect(confirm(changing.token, client)).rejects.toMatchObject({
      code: "conflict",
    });
    await expectUntouched(changing);
    await expectEvents(client, failed("address_taken"));
  });

  it("C13 is a conflict too when it is taken between the question and the write", async () => {
    const changing = await makeChanging();
    const client = makeClient();
    const rival = newId();
    let answer: ReturnType<typeof confirm> | undefined;
    await transaction(async (tx) => {
      const { email } = changing;
      const data = { id: rival, email, emailVerifiedAt: new Date() };
      await tx.user.create({ data });
      answer = confirm(changing.token, client);
      await untilBlocked(answer);
    });
    await expect(answer).rejects.toMatchObject({ code: "conflict" });
    await expectUntouched(changing);
    await expectEvents(client, failed("address_taken"));
    const owner = await db().user.findUniqueOrThrow({ where: { email: changing.email } });
    expect(owner.id).toBe(rival);
  });

  it("C13 two accounts that confirm one address at once: one gets it, one is as before", async () => {
    const email = newAddress();
    const rivals = [await makeChanging(email), await makeChanging(email)];
    const answers = await Promise.allSettled(rivals.map(({ token }) => confirm(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const loser = rivals[answers.findIndex(({ status }) => status === "rejected")];
    const after = await db().user.findUniqueOrThrow({
      where: { id: loser?.user.id ?? "" },
    });
    expect(after).toMatchObject({ email: loser?.user.email, securityVersion: 0 });
  });
});

describe("an account that is not what it was", () => {
  it("C13 a link made when it had another address moves it nowhere", async () => {
    const changing = await makeChanging();
    const { user, token } = changing;
    const elsewhere = newAddress();
    await db().user.update({ where: { id: user.id }, data: { email: elsewhere } });
    const client = makeClient();
    await expect(confirm(token, client)).rejects.toMatchObject({ code: "conflict" });
    const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(after).toMatchObject({ email: elsewhere, securityVersion: 0 });
    await expectEvents(client, failed("replaced"));
  });

  it("C13 a banned account is moved nowhere", async () => {
    const changing = await makeChanging();
    const { user, token } = changing;
    await db().user.update({ where: { id: user.id }, data: { bannedAt: new Date() } });
    await expect(confirm(token)).rejects.toMatchObject({ code: "conflict" });
    const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(after.email).toBe(user.email);
  });

  it("G08 a request from a session that has ended leaves nothing to confirm", async () => {
    const asking = await makeAsking();
    const { id: sessionId, userId } = asking.session;
    await endSession({ sessionId, userId, reason: "security" }, makeClient());
    const email = newAddress();
    await expect(requestEmailChange({ ...asking, email })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(await db().challenge.count({ where: { email } })).toBe(0);
  });

  it("G08 a stranger's request that meets \"This wasn't me\" half done is refused", async () => {
    const asking = await makeAsking();
    const { user, session } = asking;
    const email = newAddress();
    let answer: Promise<void> | undefined;
    // As the press does: the account first, then its sessions.
    await transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE "user" SET password_blocked_at = clock_timestamp() WHERE id = ${user.id}`;
      answer = requestEmailChange({ ...asking, email });
      await untilBlocked(answer);
      await tx.$executeRaw`
        UPDATE session SET ended_at = clock_timestamp() WHERE id = ${session.id}`;
    });
    await expect(answer).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await db().challenge.count({ where: { email } })).toBe(0);
  });

  it("M05 the change and its mails are there together or not at all", async () => {
    const changing = await makeChanging();
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    try {
      await expect(confirm(changing.token)).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    await expectUntouched(changing);
    expect((await confirm(changing.token)).status).toBe("email_changed");
    expect(await mailTo(changing.email)).toContain("email_confirmed");
  });
});
