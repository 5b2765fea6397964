import { describe, expect, it } from "vitest";
import { cancelEmailChange, cancelPendingEmail } from "@/lib/auth/email-cancel";
import {
  confirmEmailChange,
  findPendingEmail,
  requestEmailChange,
} from "@/lib/auth/email-change";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findSession } from "@/lib/auth/session-cache";
import { hours, seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { untilBlocked } from "@/tests/locks";
import { makeClient, makeSignedIn, makeUser, signIn } from "@/tests/people";
import { ageChallenge, linkOf, mailTo, newAddress } from "@/tests/secrets";

/** An account with a change under way, and the link that its old mailbox got. */
async function makeChanging() {
  const signedIn = await makeSignedIn();
  const session = { id: signedIn.sessionId, userId: signedIn.user.id };
  const change = async (email = newAddress()) => {
    await requestEmailChange({ session, email, client: signedIn.client });
    const whose = { userId: session.userId };
    const token = await linkOf("email-change", whose);
    return { email, token, cancel: await linkOf("email-cancel", whose) };
  };
  return { ...signedIn, session, change, ...(await change()) };
}

const confirm = (token: string) =>
  confirmEmailChange({ proof: { token }, session: null, client: makeClient() });
const cancel = (token: string, client = makeClient()) => cancelEmailChange(token, client);
const emailOf = async (id: string) =>
  (await db().user.findUniqueOrThrow({ where: { id } })).email;
const refused = (reason: string) => ({ status: "refused", reason });
const about = (userId: string | null) =>
  ({ result: "success", userId, sessionId: null }) as const;

describe("before the new address has confirmed", () => {
  it("C12 the old mailbox ends the change, and the account goes on as it was", async () => {
    const { user, session, token, cancel: link } = await makeChanging();
    const client = makeClient();
    expect(await cancel(link, client)).toEqual({
      status: "cancelled",
      email: user.email,
    });
    expect(await confirm(token)).toEqual(refused("replaced"));
    expect(await emailOf(user.id)).toBe(user.email);
    expect(await findPendingEmail(user.id)).toBeNull();
    expect((await findSession(session.id)).status).toBe("alive");
    await expectEvents(client, { ...about(user.id), type: "email_change_cancelled" });
    expect(await cancel(link)).toEqual(refused("used"));
  });

  it("C12 whoever is signed in ends it too, and then the mailed link has nothing to do", async () => {
    const { user, session, token, cancel: link, client } = await makeChanging();
    expect(await cancelPendingEmail(session, client)).toBe(true);
    expect(await cancelPendingEmail(session, client)).toBe(false);
    expect(await confirm(token)).toEqual(refused("replaced"));
    expect(await cancel(link)).toEqual(refused("used"));
    expect(await emailOf(user.id)).toBe(user.email);
  });

  it("K03 nobody ends the change of somebody else", async () => {
    const [mine, theirs] = [await makeChanging(), await makeChanging()];
    expect(await cancelPendingEmail(mine.session, mine.client)).toBe(true);
    expect(await findPendingEmail(theirs.user.id)).toBe(theirs.email);
    expect((await confirm(theirs.token)).status).toBe("email_changed");
  });

  it("C12 the first change's link does not end the second", async () => {
    const { user, change, cancel: first } = await makeChanging();
    const second = await change();
    expect(await cancel(first)).toEqual(refused("used"));
    expect(await findPendingEmail(user.id)).toBe(second.email);
    expect((await cancel(second.cancel)).status).toBe("cancelled");
    expect(await findPendingEmail(user.id)).toBeNull();
  });
});

describe("after it has happened", () => {
  it("C12 G07 the old mailbox has the account back, and every session ends", async () => {
    const { user, email, token, cancel: link } = await makeChanging();
    await confirm(token);
    const browser = makeClient();
    const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    const { session, refreshToken } = await signIn(after, browser);
    const client = makeClient();
    expect(await cancel(link, client)).toEqual({ status: "restored", email: user.email });
    expect(await emailOf(user.id)).toBe(user.email);
    expect(await db().user.count({ where: { email } })).toBe(0);
    const ended = { status: "ended", reason: "security" };
    expect(await findSession(session.id)).toEqual(ended);
    expect(await rotateRefreshToken({ token: refreshToken, client: browser })).toEqual(
      ended,
    );
    expect((await mailTo(user.email)).at(-1)).toBe("email_restored");
    await expectEvents(
      client,
      { ...about(user.id), type: "email_restored" },
      {
        ...about(user.id),
        type: "session_ended",
        reason: "security",
        sessionId: session.id,
      },
    );
    expect(await cancel(link)).toEqual(refused("used"));
  });

  it("C12 a password that was set since is refused until a reset, an older one is not", async () => {
    const blockedAfter = async (changedAt: Date) => {
      const { user, token, cancel: link } = await makeChanging();
      await confirm(token);
      const of = { where: { id: user.id } };
      await db().user.update({ ...of, data: { passwordChangedAt: changedAt } });
      await cancel(link);
      return (await db().user.findUniqueOrThrow(of)).passwordBlockedAt !== null;
    };
    const now = Date.now();
    expect(await blockedAfter(new Date(now + hours(1)))).toBe(true);
    expect(await blockedAfter(new Date(now - hours(1)))).toBe(false);
  });

  it("C02 of thirty presses at once one gives it back", async () => {
    const { user, token, cancel: link } = await makeChanging();
    await confirm(token);
    const answers = await Promise.all(Array.from({ length: 30 }, () => cancel(link)));
    expect(answers.filter(({ status }) => status === "restored")).toHaveLength(1);
    const mails = await mailTo(user.email);
    expect(mails.filter((mail) => mail === "email_restored")).toHaveLength(1);
  });

  it("C03 the link works at the end of its three days and not after", async () => {
    const [late, tooLate] = [await makeChanging(), await makeChanging()];
    for (const { token } of [late, tooLate]) await confirm(token);
    await ageChallenge(late.cancel.slice(0, 22), hours(72) - seconds(20));
    await ageChallenge(tooLate.cancel.slice(0, 22), hours(72));
    expect((await cancel(late.cancel)).status).toBe("restored");
    expect(await cancel(tooLate.cancel)).toEqual(refused("expired"));
    expect(await emailOf(tooLate.user.id)).toBe(tooLate.email);
  });

  it("C12 a change that expired unconfirmed is nothing to take back", async () => {
    const { user, session, token, cancel: link } = await makeChanging();
    await ageChallenge(token.slice(0, 22), hours(24));
    expect(await cancel(link)).toEqual(refused("used"));
    expect(await emailOf(user.id)).toBe(user.email);
    expect((await findSession(session.id)).status).toBe("alive");
  });

  it("C13 an old address with another account is a conflict, and nothing is written", async () => {
    const { user, email, token, cancel: link } = await makeChanging();
    await confirm(token);
    await makeUser({ email: user.email });
    const client = makeClient();
    await expect(cancel(link, client)).rejects.toMatchObject({ code: "conflict" });
    const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(after).toMatchObject({ email, securityVersion: 1 });
    const event = { type: "email_change", result: "failure" } as const;
    await expectEvents(client, { ...about(null), ...event, reason: "address_taken" });
  });

  it("C13 it is a conflict too when it is taken just then", async () => {
    const { user, email, token, cancel: link } = await makeChanging();
    await confirm(token);
    let answer: ReturnType<typeof cancel> | undefined;
    await transaction(async (tx) => {
      const data = { id: newId(), email: user.email, emailVerifiedAt: new Date() };
      await tx.user.create({ data });
      answer = cancel(link);
      await untilBlocked(answer);
    });
    await expect(answer).rejects.toMatchObject({ code: "conflict" });
    expect(await emailOf(user.id)).toBe(email);
  });

  it("C04 links of other purposes take nothing back", async () => {
    const { user, token, email } = await makeChanging();
    await confirm(token);
    const notMe = await linkOf("not-me", { email: user.email });
    for (const other of [token, notMe, "", "x"]) {
      expect(await cancel(other)).toEqual(refused("wrong"));
    }
    expect(await emailOf(user.id)).toBe(email);
  });
});
