// Setting up an authenticator app: nothing guards the account before its first code
// was right, and what guards it goes on until then.
import { describe, expect, it } from "vitest";
import { findFactors } from "@/lib/auth/factors";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import {
  beginEnrollment,
  cancelEnrollment,
  confirmEnrollment,
  findEnrollment,
} from "@/lib/auth/second-factor/enrollment";
import { endSession } from "@/lib/auth/session";
import { minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  begin,
  enterCode,
  enterFirst,
  letStepsPass,
  liveLevelsOf,
  makeGuarded,
  signInFully,
  withinOneStep,
  wrongNow,
} from "@/tests/guarded";
import { outcomeOf } from "@/tests/passkeys";
import { makeClient, makeSignedIn, readSession, signIn } from "@/tests/people";
import { ageChallenge, mailTo, newestId } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

type Owned = { id: string; userId: string };

async function makeIn() {
  const { user, client, sessionId, first } = await makeSignedIn();
  return { user, client, first, session: { id: sessionId, userId: user.id } };
}

type Account = Pick<Awaited<ReturnType<typeof makeIn>>, "session" | "client">;

const start = (session: Owned) => beginEnrollment(session, "Latchkey");
const finish = ({ session, client }: Account, code: string) =>
  confirmEnrollment({ session, client, code });
const isOn = async (userId: string) => (await findFactors(db(), userId)).isOn;

/** In a new browser. */
async function enter(userId: string, code: string): Promise<string> {
  return outcomeOf(enterCode({ ...(await begin(userId)), code }));
}

describe("before its first code was right", () => {
  it("D06 an app guards nothing and its codes open nothing", async () => {
    const { user, session } = await makeIn();
    await start(session);
    expect(await findFactors(db(), user.id)).toMatchObject({ has: [], isOn: false });
    expect(await enterFirst(user.id)).toMatchObject({ status: "signed_in" });
  });

  it("D06 a new app leaves the former one as it is, and opens nothing", async () => {
    const { user, secret } = await makeGuarded();
    const { session } = await signInFully(user.id);
    const { secret: fresh } = await start(session);
    expect(fresh).not.toBe(secret);
    expect(await enter(user.id, codeNow(fresh))).toBe("invalid_code");
    expect(await enter(user.id, codeNow(secret))).toBe("done");
  });

  it("D06 a wrong code changes nothing, is on the record, and may be followed by a right one", async () => {
    const account = await makeIn();
    const { user, session, first } = account;
    const { secret } = await start(session);
    const client = makeClient();
    for (const code of [wrongNow(secret), "", codeNow(secret, 5), "abcdef"]) {
      expect(await outcomeOf(finish({ session, client }, code))).toBe("invalid_code");
    }
    expect(await isOn(user.id)).toBe(false);
    const about = { userId: user.id, sessionId: session.id };
    const failed = {
      type: "totp_added",
      result: "failure",
      reason: "wrong_code",
    } as const;
    const four = Array.from({ length: 4 }, () => ({ ...failed, ...about }));
    await expectEvents(client, ...four);
    const token = first.refreshToken;
    const rotated = await rotateRefreshToken({ token, client: account.client });
    expect(rotated.status).toBe("renewed");
    expect(await outcomeOf(finish(account, codeNow(secret)))).toBe("done");
  });

  it("D06 it is over after ten minutes, and not before", async () => {
    const [inTime, late] = [await makeIn(), await makeIn()];
    const keys = [await start(inTime.session), await start(late.session)];
    const idOf = ({ session }: Account) =>
      newestId("totp-enrolment", { sessionId: session.id });
    await ageChallenge(await idOf(inTime), minutes(10) - seconds(30));
    await ageChallenge(await idOf(late), minutes(10));
    expect(await findEnrollment(late.session, "Latchkey")).toBeNull();
    const code = (n: number) => codeNow(keys[n]?.secret ?? "");
    expect(await outcomeOf(finish(inTime, code(0)))).toBe("done");
    expect(await outcomeOf(finish(late, code(1)))).toBe("conflict");
    expect(await isOn(late.user.id)).toBe(false);
  });

  it("D06 what a person sees again is what they saw first, until they cancel", async () => {
    const account = await makeIn();
    const { session } = account;
    const begun = await start(session);
    expect(await findEnrollment(session, "Latchkey")).toEqual(begun);
    await cancelEnrollment(session);
    expect(await findEnrollment(session, "Latchkey")).toBeNull();
    expect(await outcomeOf(finish(account, codeNow(begun.secret)))).toBe("conflict");
  });

  it("D06 a newer set-up takes the place of the last, whichever session began it", async () => {
    const account = await makeIn();
    const other = await signIn(account.user, makeClient());
    const otherSession = { id: other.session.id, userId: account.user.id };
    const [former, newer] = [await start(account.session), await start(otherSession)];
    expect(await findEnrollment(account.session, "Latchkey")).toBeNull();
    expect(await outcomeOf(finish(account, codeNow(former.secret)))).toBe("conflict");
    const client = makeClient();
    const late = finish({ session: otherSession, client }, codeNow(newer.secret));
    expect(await outcomeOf(late)).toBe("done");
  });

  it("D06 F05 one session's set-up is none of another's, of whichever person", async () => {
    const [ann, bob] = [await makeIn(), await makeIn()];
    const { secret } = await start(ann.session);
    const beside = await signIn(ann.user, makeClient());
    const besideOwned = { id: beside.session.id, userId: ann.user.id };
    for (const session of [besideOwned, bob.session]) {
      const client = makeClient();
      const attempt = finish({ session, client }, codeNow(secret));
      expect(await outcomeOf(attempt)).toBe("conflict");
    }
    for (const { user } of [ann, bob]) expect(await isOn(user.id)).toBe(false);
  });

  it("D07 the key at rest is sealed, and comes along with no row", async () => {
    const { session } = await makeIn();
    const { secret } = await start(session);
    const id = await newestId("totp-enrolment", { sessionId: session.id });
    const [row] = await db().$queryRaw<{ text: string }[]>`
      SELECT row_to_json(c)::text AS text FROM challenge c WHERE id = ${id}`;
    expect(row?.text).toContain(id);
    expect(row?.text).not.toContain(secret);
  });
});

describe("the first right code", () => {
  it("D06 D01 turns it on, and does not open the door as well", async () => {
    const outcomes = await withinOneStep(async () => {
      const account = await makeIn();
      const { secret } = await start(account.session);
      const code = codeNow(secret);
      await finish(account, code);
      const { id } = account.user;
      const [same, former] = [
        await enter(id, code),
        await enter(id, codeNow(secret, -1)),
      ];
      return [await isOn(id), same, former, await enter(id, codeNow(secret, 1))];
    });
    expect(outcomes).toEqual([true, "invalid_code", "invalid_code", "done"]);
  });

  it("G07 F06 ends every other session, pending sign-in and trust, and rotates its own", async () => {
    const account = await makeIn();
    const { user, session, client, first } = account;
    const others = [await signIn(user, makeClient()), await signIn(user, makeClient())];
    const { secret } = await start(session);
    const before = await readSession(session.id);
    const changed = await finish(account, codeNow(secret));
    expect(changed.ended).toBe(2);
    expect(changed.backupCodes).toHaveLength(10);
    for (const other of others) {
      const row = await readSession(other.session.id);
      expect(row).toMatchObject({ endReason: "security", endedAt: expect.any(Date) });
    }
    const after = await readSession(session.id);
    expect(after).toMatchObject({ aal: 2, generation: before.generation + 1 });
    expect(after.multiFactorAt).toBeInstanceOf(Date);
    expect(after.amr).toEqual(expect.arrayContaining(["pwd", "otp", "mfa"]));
    expect(changed.tokens.refreshToken).not.toBe(first.refreshToken);
    const token = changed.tokens.refreshToken;
    expect((await rotateRefreshToken({ token, client })).status).toBe("renewed");
    expect(await liveLevelsOf(user.id)).toEqual([{ id: session.id, aal: 2 }]);
  });

  it("D06 takes the place of the former app and its codes, which open nothing any more", async () => {
    const { user, secret, backupCodes } = await makeGuarded();
    const { session, client } = await signInFully(user.id);
    const waiting = await begin(user.id);
    const { secret: fresh } = await start(session);
    const { backupCodes: made } = await finish({ session, client }, codeNow(fresh));
    expect(await outcomeOf(enterCode({ ...waiting, code: codeNow(secret) }))).toBe(
      "expired",
    );
    await letStepsPass(user.id);
    expect(await enter(user.id, codeNow(secret))).toBe("invalid_code");
    const method = "backup_code";
    const enterPaper = async (code = "") =>
      outcomeOf(enterCode({ ...(await begin(user.id)), method, code }));
    expect(await enterPaper(backupCodes[0])).toBe("invalid_code");
    expect(await enterPaper(made[0])).toBe("done");
    expect(await enter(user.id, codeNow(fresh))).toBe("done");
    expect(await mailTo(user.email)).toContain("totp_added");
  });

  it("D06 counts once, of twenty that send it at once", async () => {
    const account = await makeIn();
    const { user, session } = account;
    const { secret } = await start(session);
    const code = codeNow(secret);
    const sent = Array.from({ length: 20 }, () => outcomeOf(finish(account, code)));
    const outcomes = await Promise.all(sent);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "conflict")).toHaveLength(19);
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(10);
    const on = { userId: user.id, type: "two_factor_on" };
    expect(await db().auditEvent.count({ where: on })).toBe(1);
    const mails = await mailTo(user.email);
    expect(mails.filter((mail) => mail === "two_factor_on")).toHaveLength(1);
  });

  it("G08 is refused to a session that has ended, and to one that has just been ended by it", async () => {
    const account = await makeIn();
    const { user, session } = account;
    const { secret } = await start(session);
    const ending = { sessionId: session.id, userId: user.id };
    await endSession({ ...ending, reason: "signed_out_elsewhere" }, makeClient());
    expect(await outcomeOf(finish(account, codeNow(secret)))).toBe("unauthenticated");
    expect(await isOn(user.id)).toBe(false);
    await expect(start(session)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
