import { describe, expect, it } from "vitest";
import {
  confirmEmailChange,
  findPendingEmail,
  requestEmailChange,
} from "@/lib/auth/email-change";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findSession } from "@/lib/auth/session-cache";
import { hours } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { makeClient, makeSignedIn, signIn } from "@/tests/people";
import {
  ageChallenge,
  codeOf,
  linkOf,
  mailTo,
  newAddress,
  newestId,
  wrongCode,
} from "@/tests/secrets";

async function makeChanging(email = newAddress()) {
  const signedIn = await makeSignedIn();
  const { user, client, sessionId } = signedIn;
  const session = { id: sessionId, userId: user.id };
  await requestEmailChange({ session, email, client });
  const whose = { userId: user.id };
  const secrets = {
    token: await linkOf("email-change", whose),
    code: await codeOf("email-change", whose),
  };
  return { ...signedIn, ...secrets, session, email };
}

type Changing = Awaited<ReturnType<typeof makeChanging>>;
type Proof = Parameters<typeof confirmEmailChange>[0]["proof"];

/** By the link, in a browser where nobody is signed in. */
const open = (token: string, client = makeClient()) =>
  confirmEmailChange({ proof: { token }, session: null, client });
const confirmIn = ({ session, client }: Changing, proof: Proof) =>
  confirmEmailChange({ proof, session, client });

const readUser = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const refused = (reason: string) => ({ status: "refused", reason });

describe("asking for another address", () => {
  it("C12 changes nothing before the new mailbox has answered, and tells the old one", async () => {
    const { user, session, email } = await makeChanging();
    expect((await readUser(user.id)).email).toBe(user.email);
    expect((await readUser(user.id)).securityVersion).toBe(0);
    expect(await findPendingEmail(user.id)).toBe(email);
    expect((await findSession(session.id)).status).toBe("alive");
    expect(await mailTo(email)).toEqual(["email_change"]);
    expect((await mailTo(user.email)).at(-1)).toBe("email_change_notice");
  });

  it("C12 a second request ends the first, its link and its code", async () => {
    const first = await makeChanging();
    const second = newAddress();
    await requestEmailChange({ ...first, email: second });
    expect(await findPendingEmail(first.user.id)).toBe(second);
    expect(await open(first.token)).toEqual(refused("replaced"));
    expect(await confirmIn(first, { code: first.code })).toEqual(refused("wrong"));
    expect((await open(await linkOf("email-change", { email: second }))).status).toBe(
      "email_changed",
    );
    expect((await readUser(first.user.id)).email).toBe(second);
  });

  it("C12 of ten requests at once one is pending", async () => {
    const { user, client, sessionId } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    const asks = Array.from({ length: 10 }, () =>
      requestEmailChange({ session, email: newAddress(), client }),
    );
    await Promise.all(asks);
    const where = { purpose: "email-change", userId: user.id, consumedAt: null };
    expect(await db().challenge.count({ where })).toBe(1);
  });

  it("C12 the present address is refused by its field, and nothing is pending", async () => {
    const { user, client, sessionId } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    const asking = requestEmailChange({ session, email: user.email, client });
    await expect(asking).rejects.toMatchObject({
      code: "invalid_request",
      fields: [expect.objectContaining({ path: "email" })],
    });
    expect(await findPendingEmail(user.id)).toBeNull();
  });

  it("C03 is over after a day", async () => {
    const changing = await makeChanging();
    await ageChallenge(changing.token.slice(0, 22), hours(24));
    expect(await open(changing.token)).toEqual(refused("expired"));
    expect(await confirmIn(changing, { code: changing.code })).toEqual(refused("wrong"));
    expect(await findPendingEmail(changing.user.id)).toBeNull();
  });
});

describe("confirming it", () => {
  it("C12 G07 in the session that asked: it goes on with new tokens, every other ends", async () => {
    const changing = await makeChanging();
    const { user, client, session, email, first } = changing;
    const other = makeClient();
    const { session: elsewhere, refreshToken } = await signIn(user, other);
    const fresh = makeClient({ deviceHash: client.deviceHash });
    const answer = await confirmIn(
      { ...changing, client: fresh },
      { code: changing.code },
    );
    expect(answer).toMatchObject({ status: "email_changed", email, ended: 1 });
    if (answer.status !== "email_changed" || !answer.tokens) throw new Error("no tokens");
    expect(answer.tokens.refreshToken).not.toBe(first.refreshToken);
    const renewal = { token: answer.tokens.refreshToken, client };
    expect((await rotateRefreshToken(renewal)).status).toBe("renewed");
    expect(await findSession(session.id)).toMatchObject({
      status: "alive",
      session: { email, securityVersion: 1 },
    });
    const ended = { status: "ended", reason: "security" };
    expect(await findSession(elsewhere.id)).toEqual(ended);
    expect(await rotateRefreshToken({ token: refreshToken, client: other })).toEqual(
      ended,
    );
    const about = { userId: user.id, result: "success" as const };
    await expectEvents(
      fresh,
      { ...about, type: "session_ended", reason: "security", sessionId: elsewhere.id },
      { ...about, type: "email_changed", sessionId: session.id },
    );
  });

  it("G07 elsewhere by the link: every session ends, and nobody is signed in", async () => {
    const { user, token, email } = await makeChanging();
    const answer = await open(token);
    expect(answer).toEqual({ status: "email_changed", email, ended: 1, tokens: null });
    expect(await db().session.count({ where: { userId: user.id, endedAt: null } })).toBe(
      0,
    );
  });

  it("G07 in somebody else's session: that one is left alone and gets no tokens", async () => {
    const [changing, other] = [await makeChanging(), await makeChanging()];
    const { user, token } = changing;
    const answer = await confirmIn(other, { token });
    expect(answer).toMatchObject({ status: "email_changed", ended: 1, tokens: null });
    expect((await readUser(user.id)).email).toBe(changing.email);
    expect((await findSession(other.session.id)).status).toBe("alive");
    expect((await readUser(other.user.id)).email).toBe(other.user.email);
  });

  it("M07 the old mailbox can say that it was a stranger, the new one is told", async () => {
    const { user, token, email, session } = await makeChanging();
    await open(token);
    expect((await mailTo(user.email)).at(-1)).toBe("email_changed");
    expect(await mailTo(email)).toEqual(["email_change", "email_confirmed"]);
    const notMe = await newestId("not-me", { email: user.email });
    const row = await db().challenge.findUniqueOrThrow({ where: { id: notMe } });
    expect(row).toMatchObject({ userId: user.id, sessionId: session.id });
  });

  it("C02 thirty confirmations at once change it once", async () => {
    const { user, token } = await makeChanging();
    const answers = await Promise.all(Array.from({ length: 30 }, () => open(token)));
    const changed = answers.filter(({ status }) => status === "email_changed");
    expect(changed).toHaveLength(1);
    expect((await readUser(user.id)).securityVersion).toBe(1);
    const mails = await mailTo(user.email);
    expect(mails.filter((mail) => mail === "email_changed")).toHaveLength(1);
    expect(await open(token)).toEqual(refused("used"));
  });
});

describe("the code", () => {
  it("C02 is asked of nobody who is not signed in", async () => {
    const { code, user, email } = await makeChanging();
    const asking = confirmEmailChange({
      proof: { code },
      session: null,
      client: makeClient(),
    });
    await expect(asking).rejects.toMatchObject({ code: "unauthenticated" });
    expect((await readUser(user.id)).email).not.toBe(email);
  });

  it("C04 of one person confirms nothing for another", async () => {
    const [mine, theirs] = [await makeChanging(), await makeChanging()];
    expect(await confirmIn(mine, { code: theirs.code })).toEqual(refused("wrong"));
    expect((await readUser(theirs.user.id)).email).toBe(theirs.user.email);
    expect((await readUser(mine.user.id)).email).toBe(mine.user.email);
  });

  it("C02 five wrong ones kill it and not the link", async () => {
    const changing = await makeChanging();
    for (let n = 1; n <= 5; n++) {
      const proof = { code: wrongCode(changing.code, n) };
      expect(await confirmIn(changing, proof)).toEqual(refused("wrong"));
    }
    expect(await confirmIn(changing, { code: changing.code })).toEqual(refused("wrong"));
    expect((await open(changing.token)).status).toBe("email_changed");
  });

  it("B12 one that was mailed to nobody confirms nothing, however right", async () => {
    const target = newAddress();
    for (let n = 0; n < 3; n++) await makeChanging(target);
    const changing = await makeChanging(target);
    expect(await mailTo(target)).toHaveLength(3);
    expect(await findPendingEmail(changing.user.id)).toBe(target);
    expect(await confirmIn(changing, { code: changing.code })).toEqual(refused("wrong"));
    expect(await db().user.count({ where: { email: target } })).toBe(0);
  });
});
