// What the owner hears of wrong codes: whoever gives them knows the first factor.
import { describe, expect, it } from "vitest";
import { confirm } from "@/lib/auth/step-up/confirm";
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  failSecondBefore,
  makeGuarded,
  signInFully,
  wrongNow,
} from "@/tests/guarded";
import { letWaitsPass } from "@/tests/guesses";
import { mailTo as mailsTo, sendQueued } from "@/tests/notices";
import { outcomeOf } from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { mailTo } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

type Guarded = Awaited<ReturnType<typeof makeGuarded>>;
const { mailAfter, tellAfter } = config.secondFactor.throttle;

async function enter({ user }: Guarded, code: string, client = makeClient()) {
  await letWaitsPass();
  return outcomeOf(enterCode({ ...(await begin(user.id, client)), code }));
}

async function toldOf(email: string, template: string): Promise<number> {
  return (await mailTo(email)).filter((mail) => mail === template).length;
}

const eventsOf = (userId: string, type: string) =>
  db().auditEvent.findMany({ where: { userId, type } });

describe("wrong codes in a row", () => {
  it("B11 the tenth is an event and a mail, once, whatever comes after it", async () => {
    const account = await makeGuarded();
    const { user, secret, backupCodes } = account;
    const type = "second_factor_failures";
    for (let n = 1; n <= mailAfter + 3; n++) {
      expect(await enter(account, wrongNow(secret, n))).toBe("invalid_code");
      const told = n < mailAfter ? 0 : 1;
      expect(await toldOf(user.email, type)).toBe(told);
      expect(await eventsOf(user.id, type)).toHaveLength(told);
    }
    const { id } = await db().challenge.findFirstOrThrow({
      where: { userId: user.id, purpose: "not-me" },
    });
    await sendQueued(id);
    const [mail] = await mailsTo(user.email);
    expect(mail?.text).toMatch(/\b10 times/);
    for (const code of [secret, codeNow(secret), ...backupCodes]) {
      expect(mail?.text).not.toContain(code);
    }
  }, 60_000);

  it("B11 of many at once at the ninth one brings the mail", async () => {
    const { user, secret } = await makeGuarded();
    await failSecondBefore(user.id, mailAfter - 1);
    const waiting = await Promise.all(Array.from({ length: 20 }, () => begin(user.id)));
    await Promise.all(
      waiting.map((one, n) =>
        outcomeOf(enterCode({ ...one, code: wrongNow(secret, n) })),
      ),
    );
    expect(await toldOf(user.email, "second_factor_failures")).toBe(1);
  });

  it("B11 a confirmation's count with the sign-ins', and tell the session", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const there = await signInFully(user.id);
    const { session, client } = there;
    for (let n = 1; n < mailAfter; n++) await enter(account, wrongNow(secret, n), client);
    await letWaitsPass();
    const proof = { method: "backup_code", code: "wrong" } as const;
    expect(await outcomeOf(confirm(there, proof))).toBe("invalid_code");
    const events = await eventsOf(user.id, "second_factor_failures");
    expect(events).toMatchObject([{ sessionId: session.id, result: "success" }]);
    expect(await toldOf(user.email, "second_factor_failures")).toBe(1);
  });

  it("B11 after a right one are counted anew", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    await failSecondBefore(user.id, mailAfter - 1);
    expect(await enter(account, codeNow(secret))).toBe("done");
    await enter(account, wrongNow(secret));
    expect(await toldOf(user.email, "second_factor_failures")).toBe(0);
  });
});

describe("a right code after wrong ones", () => {
  const type = "second_factor_after_failures";

  it.each([
    [tellAfter - 1, 0],
    [tellAfter, 1],
    [tellAfter + 7, 1],
  ])(
    "B11 after %i is told %i times, with the session that it opened",
    async (failures, times) => {
      const account = await makeGuarded();
      const { user, secret } = account;
      await failSecondBefore(user.id, failures);
      expect(await enter(account, codeNow(secret))).toBe("done");
      expect(await toldOf(user.email, type)).toBe(times);
      const events = await eventsOf(user.id, type);
      expect(events).toHaveLength(times);
      const { id } = await db().session.findFirstOrThrow({ where: { userId: user.id } });
      for (const { sessionId } of events) expect(sessionId).toBe(id);
    },
  );

  it("B11 at a confirmation is told alike, and the next one is no news", async () => {
    const { user, backupCodes } = await makeGuarded();
    const there = await signInFully(user.id);
    const proofs = backupCodes.map((code) => ({ method: "backup_code", code }) as const);
    for (let n = 0; n < tellAfter; n++) {
      await outcomeOf(confirm(there, { method: "backup_code", code: "wrong" }));
      await letWaitsPass();
    }
    for (const proof of proofs.slice(0, 2)) await confirm(there, proof);
    const events = await eventsOf(user.id, type);
    expect(events).toMatchObject([{ sessionId: there.session.id }]);
    expect(await toldOf(user.email, type)).toBe(1);
    expect(await toldOf(user.email, "backup_code_used")).toBe(2);
  });

  it("B11 strangers' failures are not told when the owner enters a known browser", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const known = await signInFully(user.id);
    await failSecondBefore(user.id, tellAfter + 2);
    expect(await enter(account, codeNow(secret), known.client)).toBe("done");
    expect(await toldOf(user.email, type)).toBe(0);
  });
});
