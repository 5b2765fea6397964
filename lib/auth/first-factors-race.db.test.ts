// Every first factor that is right, and finds the account changed when it gets to the
// door: what was proved of the account before says nothing of it now.
import { describe, expect, it } from "vitest";
import { lockUser } from "@/lib/auth/lock-user";
import { moveAddress } from "@/lib/auth/move-address";
import { hashPassword } from "@/lib/auth/password-hash";
import { finishChange } from "@/lib/auth/second-factor/change";
import { endPending, storePassword } from "@/lib/auth/store-password";
import { db, type Transaction, transaction } from "@/lib/db";
import { type Answer, firstFactors, type Key } from "@/tests/first-factors";
import { untilBlocked } from "@/tests/locks";
import { makeClient, signIn } from "@/tests/people";
import { newAddress } from "@/tests/secrets";
import { makeTotp } from "@/tests/totp";

type Change = (tx: Transaction, key: Key) => Promise<unknown>;

/** As its own module makes each, with the account's row locked. */
const changes: Record<string, Change> = {
  "another password": async (tx, { userId }) => {
    const passwordHash = await hashPassword("what it is from now on");
    const { securityVersion } = await readUser(userId);
    return storePassword(tx, { userId, securityVersion, passwordHash }, makeClient());
  },
  "a second factor": async (tx, { userId }) => {
    const { id } = await db().session.findFirstOrThrow({ where: { userId } });
    const session = { id, userId };
    await makeTotp(session);
    return finishChange(tx, { session, client: makeClient(), isOn: true });
  },
  "a ban": (tx, { userId: id }) =>
    tx.user.update({ where: { id }, data: { bannedAt: new Date() } }),
  "another address": async (tx, { userId, email }) => {
    await moveAddress(tx, { userId, from: email, to: newAddress() });
    await endPending(tx, userId, email);
  },
};

const readUser = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

/** Those that open an account which is there. */
const ways = Object.values(firstFactors)
  .flatMap((variants) => Object.entries(variants))
  .filter(([, { cells }]) => cells["a ban"] === "refused" && cells.nothing !== "refused");

const cells = ways.flatMap(([name, way]) =>
  Object.entries(changes).map(([what, change]) => [name, what, way, change] as const),
);

describe("a first factor and a change at once", () => {
  it.each(cells)(
    "G08 %s meets %s half done, waits, and opens nothing",
    async (_way, _what, { make }, change) => {
      const key = await make();
      await signIn(await readUser(key.userId));
      const before = await sessionsOf(key.userId);
      let answer: Promise<Answer> | undefined;
      await transaction(async (tx) => {
        await lockUser(tx, key.userId);
        answer = key.enter();
        await untilBlocked(answer);
        await change(tx, key);
      });
      expect((await answer)?.status).toBe("refused");
      expect(await sessionsOf(key.userId)).toBe(before);
    },
  );

  it("G08 nothing but the change kept them out", async () => {
    expect(ways.length).toBeGreaterThan(5);
    for (const [, { make }] of ways) {
      const key = await make();
      let answer: Promise<Answer> | undefined;
      await transaction(async (tx) => {
        await lockUser(tx, key.userId);
        answer = key.enter();
        await untilBlocked(answer);
      });
      expect((await answer)?.status).toBe("signed_in");
    }
  });
});
