// What each mail says and to whom. Without SMTP_URL mail lands in a table.
import { describe, expect, it } from "vitest";
import { createChallenge, linkToken, mailedCode } from "@/lib/auth/challenge";
import { sendNotice } from "@/lib/auth/notices";
import { register } from "@/lib/auth/registration/begin";
import { endSession } from "@/lib/auth/session";
import { hours } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeClient, makeUser, signIn } from "@/tests/people";

const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;
const mailTo = (to: string) => db().mail.findMany({ where: { to } });

async function ask(email: string): Promise<string> {
  const request = {
    email,
    name: "Ada",
    password: null,
    next: null,
    client: makeClient(),
  };
  return (await register(request)).slice(0, 22);
}

describe("registration", () => {
  it("C08 an unknown address gets a link with its secret in the fragment, and a code", async () => {
    const email = address();
    const challengeId = await ask(email);
    await sendNotice({ template: "registration", challengeId });
    const [mail, ...more] = await mailTo(email);
    expect(more).toEqual([]);
    const lines = mail?.text.split("\n") ?? [];
    const token = linkToken("registration", challengeId);
    expect(lines).toContain(`http://localhost:3000/verify-email#token=${token}`);
    expect(lines).toContain(mailedCode("registration", challengeId));
    expect(mail?.subject).toBe("Confirm your email address");
  });

  it("B09 the owner of a known address hears of it, and gets neither link nor code", async () => {
    const { email } = await makeUser();
    const challengeId = await ask(email);
    await sendNotice({ template: "registration", challengeId });
    const [mail] = await mailTo(email);
    expect(mail?.subject).toBe("You already have an account");
    const all = JSON.stringify(mail);
    expect(all).toContain("http://localhost:3000/login");
    expect(all).not.toContain(linkToken("registration", challengeId).slice(23));
    expect(all).not.toContain(mailedCode("registration", challengeId));
    expect(all).not.toContain("#token");
  });

  it("B09 decides when it is sent: who got an account meanwhile gets no link", async () => {
    const email = address();
    const challengeId = await ask(email);
    await makeUser({ email });
    await sendNotice({ template: "registration", challengeId });
    expect((await mailTo(email)).map(({ subject }) => subject)).toEqual([
      "You already have an account",
    ]);
  });

  it.each([
    ["used", "consumed_at = clock_timestamp()"],
    ["replaced", "consumed_at = clock_timestamp(), replaced = true"],
    ["expired", "expires_at = clock_timestamp() - interval '1 second'"],
  ])("C05 nothing is sent for a link that is %s by then", async (_what, change) => {
    const email = address();
    const challengeId = await ask(email);
    await db().$executeRawUnsafe(
      `UPDATE challenge SET ${change} WHERE id = $1`,
      challengeId,
    );
    await sendNotice({ template: "registration", challengeId });
    expect(await mailTo(email)).toEqual([]);
  });
});

describe("sessions", () => {
  it("M07 the owner of a stolen session reads which device it was", async () => {
    const owner = await makeUser();
    const { session } = await signIn(owner, makeClient({ ip: "203.0.113.5" }));
    const ids = { userId: owner.id, sessionId: session.id };
    await endSession({ ...ids, reason: "reuse" }, makeClient());
    const challengeId = await createChallenge(db(), {
      purpose: "not-me",
      lifetime: hours(72),
      email: owner.email,
      ...ids,
      data: {},
    });
    await sendNotice({ template: "session_reuse", challengeId });
    const [mail] = await mailTo(owner.email);
    expect(mail?.subject).toBe("We signed out one of your devices");
    for (const fact of ["Chrome", "203.0.113.5", "http://localhost:3000/not-me#token="]) {
      expect(mail?.text).toContain(fact);
    }
  });

  it("M07 the owner of too many sessions reads which one ended", async () => {
    const owner = await makeUser();
    const { session } = await signIn(owner);
    await sendNotice({ template: "session_limit", sessionId: session.id });
    const [mail] = await mailTo(owner.email);
    expect(mail?.subject).toBe("Your longest unused device was signed out");
  });

  it("nothing is sent for a session whose user is gone", async () => {
    const owner = await makeUser();
    const { session } = await signIn(owner);
    await db().user.delete({ where: { id: owner.id } });
    await sendNotice({ template: "session_limit", sessionId: session.id });
    expect(await mailTo(owner.email)).toEqual([]);
  });
});
