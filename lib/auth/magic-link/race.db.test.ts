// A sign-in link that meets itself, or what the account does, at the same moment.
import { describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { linkToken } from "@/lib/auth/challenge";
import { hashPassword } from "@/lib/auth/password-hash";
import { register } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { storePassword } from "@/lib/auth/store-password";
import { newId } from "@/lib/crypto";
import { db, type Transaction, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import {
  type AskedLink,
  askForLink,
  redeem,
  refused,
  sessionsOf,
} from "@/tests/magic-links";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { newAddress } from "@/tests/secrets";

const byLink = ({ token }: AskedLink) => ({ token });
const byCode = ({ code }: AskedLink) => ({ code });

const thirty: Record<string, (asked: AskedLink, n: number) => ReturnType<typeof redeem>> =
  {
    "of the link": (asked) => redeem(asked, { proof: byLink(asked) }),
    "of the code": (asked) => redeem(asked, { proof: byCode(asked) }),
    "of both": (asked, n) =>
      redeem(asked, { proof: n % 2 === 0 ? byLink(asked) : byCode(asked) }),
  };

async function redeemThirtyTimes(how: string, asked: AskedLink) {
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, n) => thirty[how]?.(asked, n)),
  );
  const finished = answers.filter((answer) => answer?.status === "finished");
  const others = answers.filter((answer) => answer?.status !== "finished");
  for (const other of others) {
    expect(other).toEqual(refused(expect.stringMatching(/^(used|wrong)$/)));
  }
  return finished;
}

describe("thirty uses at once", () => {
  it.each(Object.keys(thirty))("C02 %s open one session", async (how) => {
    const user = await makeUser();
    const asked = await askForLink(user.email);
    expect(await redeemThirtyTimes(how, asked)).toHaveLength(1);
    expect(await sessionsOf(user.id)).toBe(1);
  });

  it.each(Object.keys(thirty))("C02 C14 %s make one account", async (how) => {
    const email = newAddress();
    expect(await redeemThirtyTimes(how, await askForLink(email))).toHaveLength(1);
    const { id } = await db().user.findUniqueOrThrow({ where: { email } });
    expect(await sessionsOf(id)).toBe(1);
  });

  it.each(Object.keys(thirty))("C02 F03 %s ask one second factor", async (how) => {
    const user = await makeUser({ secondFactors: ["totp"] });
    const asked = await askForLink(user.email);
    expect(await redeemThirtyTimes(how, asked)).toHaveLength(1);
    const where = { userId: user.id, purpose: "sign-in" };
    expect(await db().challenge.count({ where })).toBe(1);
    expect(await sessionsOf(user.id)).toBe(0);
  });
});

describe("a new address that is proved twice at once", () => {
  async function signUp(email: string) {
    const chosen = { name: "Ada", password: "what is chosen here", next: null };
    const client = makeClient();
    const handle = await register({ email, ...chosen, client });
    const proof = { token: linkToken("registration", handle.slice(0, 22)) };
    const rest = { password: null, client, previousToken: null };
    return () => verifyRegistration({ proof, handle, ...rest });
  }

  it("C14 by the link of a registration and a sign-in link becomes one user", async () => {
    for (let round = 0; round < 8; round++) {
      const email = newAddress();
      const verify = await signUp(email);
      const asked = await askForLink(email);
      const [link, registered] = await Promise.all([redeem(asked), verify()]);
      expect(link.status).toBe("finished");
      const users = await db().user.findMany({ where: { email } });
      expect(users).toHaveLength(1);
      const isRegistered = registered.status === "finished";
      expect(users[0]?.name).toBe(isRegistered ? "Ada" : null);
      expect(users[0]?.passwordChangedAt === null).toBe(!isRegistered);
      expect(await sessionsOf(users[0]?.id ?? "")).toBe(isRegistered ? 2 : 1);
    }
  });

  it("C14 a registration that waits for the link's account comes to nothing", async () => {
    const [id, email] = [newId(), newAddress()];
    const verify = await signUp(email);
    const asked = await askForLink(email);
    let late: ReturnType<typeof verify> | undefined;
    // As the link does: the account first, then what waits for it.
    await transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO "user" (id, email, email_verified_at)
        VALUES (${id}, ${email}, clock_timestamp())`;
      late = verify();
      await untilBlocked(late);
    });
    expect(await late).toEqual(refused("address_taken"));
    const answer = await redeem(asked);
    expect(answer).toMatchObject({
      result: { user: { id, name: null } },
    });
  });
});

describe("a link that meets a change of its account half done", () => {
  const changes: Record<string, (tx: Transaction, userId: string) => Promise<unknown>> = {
    "a new password": async (tx, userId) => {
      const passwordHash = await hashPassword("what it is from now");
      const fresh = { userId, securityVersion: 0, passwordHash };
      return storePassword(tx, fresh, makeClient());
    },
    "a ban": (tx, userId) => tx.$executeRaw`
      UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${userId}`,
    "its end": async (tx, id) => {
      const { email } = await tx.user.delete({ where: { id } });
      await tx.challenge.deleteMany({ where: { email } });
    },
  };

  it.each(Object.keys(changes))(
    "G08 waits for %s, and then opens nothing",
    async (what) => {
      const user = await makeUser({ password: "what it was before" });
      const asked = await askForLink(user.email);
      let answer: ReturnType<typeof redeem> | undefined;
      await transaction(async (tx) => {
        await changes[what]?.(tx, user.id);
        answer = redeem(asked);
        await untilBlocked(answer);
      });
      expect(await answer).toMatchObject({ status: "refused" });
      expect(await sessionsOf(user.id)).toBe(0);
      expect((await redeem(asked)).status).toBe("refused");
      expect(await db().user.count({ where: { email: user.email } })).toBe(
        what === "its end" ? 0 : 1,
      );
    },
  );

  it("G08 touches nothing before the account is its own, so that no two wait for each other", async () => {
    const user = await makeUser();
    const asked = await askForLink(user.email);
    let answer: ReturnType<typeof redeem> | undefined;
    await transaction(async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM "user" WHERE id = ${user.id} FOR NO KEY UPDATE`;
      answer = redeem(asked);
      await untilBlocked(answer);
      await tx.$executeRaw`SELECT 1 FROM challenge WHERE id = ${asked.id} FOR UPDATE NOWAIT`;
    });
    expect(await answer).toMatchObject({ status: "finished" });
  });

  it("G08 I07 and a new password at once leave no session of the link, in either order", async () => {
    const passwordHash = await hashPassword("what it is from now");
    for (let round = 0; round < 20; round++) {
      const { id: userId, email } = await makeUser();
      const asked = await askForLink(email);
      const fresh = { userId, securityVersion: 0, passwordHash };
      const change = () => transaction((tx) => storePassword(tx, fresh, makeClient()));
      const [, stored] = await Promise.all([redeem(asked), change()]);
      expect(stored).toMatchObject({ securityVersion: 1 });
      expect(await db().session.count({ where: { userId, endedAt: null } })).toBe(0);
    }
  });

  it("G03 and its deletion at once leave nothing of the account", async () => {
    for (let round = 0; round < 8; round++) {
      const user = await makeUser();
      const { session } = await signIn(user);
      await db().$executeRaw`UPDATE session SET confirmed_for = 'delete_account',
        confirmed_for_at = clock_timestamp() WHERE id = ${session.id}`;
      const asked = await askForLink(user.email);
      const owned = { id: session.id, userId: user.id };
      const [, isDeleted] = await Promise.all([
        redeem(asked),
        deleteAccount(owned, makeClient()),
      ]);
      expect(isDeleted).toBe(true);
      expect(await sessionsOf(user.id)).toBe(0);
      expect((await redeem(asked)).status).toBe("refused");
      expect(await db().user.count({ where: { id: user.id } })).toBe(0);
    }
  });
});
