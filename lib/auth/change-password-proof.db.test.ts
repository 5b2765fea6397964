// A change of the password that brings the present one along as its proof.
import { describe, expect, it } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { secureAccount } from "@/lib/auth/not-me";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { prove } from "@/lib/auth/step-up/confirm";
import { config, hours, minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  age,
  makeClient,
  makeUser,
  readSession,
  signIn,
  signInAsNews,
} from "@/tests/people";
import { linkOf, mailTo } from "@/tests/secrets";

const password = "what it was before";
const fresh = "what it is from now";

async function makeIn() {
  const user = await makeUser({ password });
  const client = makeClient();
  const first = await signIn(user, client);
  await age(first.session.id, hours(1));
  return { user, client, first, session: { id: first.session.id, userId: user.id } };
}

type Account = Awaited<ReturnType<typeof makeIn>>;

async function change({ session, client }: Account, newPassword: string) {
  const proof = await prove({ session, client }, { method: "password", password });
  return changePassword({ session, newPassword, proof, client });
}

describe("the proof of a change", () => {
  it("A08 I05 of one that is refused leaves the tokens as they are, however often", async () => {
    const account = await makeIn();
    const { user, client, first } = account;
    for (const weak of ["short", "aaaaaaaaaaaaaaaaaaaa", user.email]) {
      await expect(change(account, weak)).rejects.toMatchObject({
        code: "invalid_request",
      });
    }
    await age(account.session.id, config.refreshToken.grace * 2);
    const answer = await rotateRefreshToken({ token: first.refreshToken, client });
    expect(answer.status).toBe("renewed");
    expect(await mailTo(user.email)).not.toContain("session_reuse");
  });

  it("A08 F06 is a confirmation, and one rotation carries both", async () => {
    const account = await makeIn();
    const { user, session } = account;
    const before = await readSession(session.id);
    account.client = makeClient({ deviceHash: account.client.deviceHash });
    await change(account, fresh);
    const after = await readSession(session.id);
    expect(after.generation).toBe(before.generation + 1);
    const moved = after.authenticatedAt.getTime() - before.authenticatedAt.getTime();
    expect(moved).toBeGreaterThan(minutes(59));
    const about = { userId: user.id, sessionId: session.id, result: "success" as const };
    await expectEvents(
      account.client,
      { ...about, type: "password_changed" },
      { ...about, type: "confirmation", method: "password", factors: ["pwd"] },
    );
  });

  it('F8 of the password that was blocked meanwhile ("This wasn\'t me") counts for nothing', async () => {
    const account = await makeIn();
    const { user, session, client } = account;
    const strange = await signInAsNews(user);
    const proof = await prove({ session, client }, { method: "password", password });
    await secureAccount(
      await linkOf("not-me", { sessionId: strange.session.id }),
      client,
    );
    const changed = changePassword({ session, newPassword: fresh, proof, client });
    await expect(changed).rejects.toMatchObject({ code: "conflict" });
    const { passwordBlockedAt } = await db().user.findUniqueOrThrow({
      where: { id: user.id },
    });
    expect(passwordBlockedAt).not.toBeNull();
  });
});
