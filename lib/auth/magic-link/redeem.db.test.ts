// What a sign-in link opens in the browser that asked for it.
import { describe, expect, it } from "vitest";
import { days, hours } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  type AskedLink,
  askForLink,
  elsewhere,
  redeem,
  sessionsOf,
} from "@/tests/magic-links";
import { makeClient, makeUser, readSession, signIn } from "@/tests/people";
import { proveSecond } from "@/tests/second-factors";
import { wrongCode } from "@/tests/secrets";

const kinds = ["link", "code"] as const;
const proofOf = ({ token, code }: AskedLink, kind: (typeof kinds)[number]) =>
  kind === "link" ? { token } : { code };

describe("in the browser that asked", () => {
  it.each(kinds)("C05 the %s signs in, by the mailbox alone", async (kind) => {
    const user = await makeUser();
    const asked = await askForLink(user.email, { next: "/settings/devices" });
    const answer = await redeem(asked, { proof: proofOf(asked, kind) });
    expect(answer).toMatchObject({
      status: "finished",
      next: "/settings/devices",
      result: {
        status: "signed_in",
        user: { id: user.id },
        session: { method: "magic_link", aal: 1, amr: ["email"], isPersistent: true },
      },
    });
  });

  it.each([
    [true, days(30)],
    [false, hours(12)],
  ])(
    "G05 a session that is to be kept: %s, lasts as long as it may",
    async (isPersistent, lifetime) => {
      const user = await makeUser();
      await redeem(await askForLink(user.email, { isPersistent }));
      const session = await db().session.findFirstOrThrow({ where: { userId: user.id } });
      expect(session.isPersistent).toBe(isPersistent);
      expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(lifetime);
    },
  );

  it("C06 G01 the session that this browser had before ends", async () => {
    const before = await signIn(await makeUser());
    const asked = await askForLink((await makeUser()).email);
    await redeem(asked, { previousToken: before.refreshToken });
    expect((await readSession(before.session.id)).endReason).toBe("replaced");
  });

  it("C06 a link that is refused leaves that session alone", async () => {
    const before = await signIn(await makeUser());
    const asked = await askForLink((await makeUser()).email);
    const previousToken = before.refreshToken;
    await redeem(asked, { ...elsewhere(), previousToken });
    await redeem(asked, { proof: { code: wrongCode(asked.code) }, previousToken });
    expect((await readSession(before.session.id)).endedAt).toBeNull();
  });

  it.each(kinds)(
    "F01 F04 the %s never opens an account that has a second factor",
    async (kind) => {
      const user = await makeUser({ secondFactors: ["totp"] });
      const asked = await askForLink(user.email, {
        next: "/dashboard",
        isPersistent: false,
      });
      const answer = await redeem(asked, { proof: proofOf(asked, kind) });
      expect(answer).toMatchObject({
        status: "finished",
        next: "/dashboard",
        result: { status: "second_factor_required", methods: ["totp"] },
      });
      expect(JSON.stringify(answer)).not.toMatch(/accessToken|refreshToken|session"/);
      expect(await sessionsOf(user.id)).toBe(0);
      if (answer.status !== "finished" || !("pending" in answer.result)) return;
      const whole = await proveSecond(answer.result.pending, asked.client);
      expect(whole).toMatchObject({
        status: "signed_in",
        session: {
          method: "magic_link",
          aal: 2,
          amr: ["email", "otp", "mfa"],
          isPersistent: false,
        },
      });
    },
  );

  it("M01 what is done is recorded, for the account whose it is", async () => {
    const user = await makeUser();
    const asked = await askForLink(user.email);
    const client = makeClient({ deviceHash: asked.client.deviceHash });
    await redeem(asked, { client });
    const { id } = await db().session.findFirstOrThrow({ where: { userId: user.id } });
    const about = { userId: user.id, sessionId: id, result: "success" as const };
    await expectEvents(
      client,
      { ...about, type: "sign_in", method: "magic_link", factors: ["email"] },
      { ...about, type: "new_device" },
    );
  });
});
