// The lock behind every change that somebody signed in makes to the account.
import { describe, expect, it } from "vitest";
import { endSession, lockOwner } from "@/lib/auth/session";
import { hours } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { age, makeClient, makeSignedIn } from "@/tests/people";

async function makeIn() {
  const { user, sessionId } = await makeSignedIn();
  return { user, session: { id: sessionId, userId: user.id } };
}

type Session = Awaited<ReturnType<typeof makeIn>>["session"];

const lock = (session: Session) => transaction((tx) => lockOwner(tx, session));
const end = ({ id: sessionId, userId }: Session) =>
  endSession({ sessionId, userId, reason: "signed_out_elsewhere" }, makeClient());

describe("locking an account for its session", () => {
  it("G08 neither of them changes before the change is done", async () => {
    const { user, session } = await makeIn();
    const others = {
      ending: () => end(session),
      change: () => db().user.update({ where: { id: user.id }, data: { name: "B" } }),
    };
    for (const other of Object.values(others)) {
      const order: string[] = [];
      let waiting: Promise<unknown> | undefined;
      await transaction(async (tx) => {
        if (await lockOwner(tx, session)) order.push("locked");
        waiting = other().then(() => order.push("other"));
        await untilBlocked(waiting);
        order.push("done");
      });
      await waiting;
      expect(order.slice(-2)).toEqual(["done", "other"]);
    }
  });

  it("G08 is refused to a session that ends while it waits", async () => {
    const { user, session } = await makeIn();
    let answer: ReturnType<typeof lock> | undefined;
    await transaction(async (tx) => {
      await tx.$executeRaw`UPDATE "user" SET name = 'B' WHERE id = ${user.id}`;
      answer = lock(session);
      await untilBlocked(answer);
      await tx.$executeRaw`
        UPDATE session SET ended_at = clock_timestamp() WHERE id = ${session.id}`;
    });
    expect(await answer).toBeNull();
  });

  const faults: Record<string, (session: Session) => Promise<unknown>> = {
    "was ended": end,
    "went idle": ({ id }) => age(id, hours(24 * 7)),
    "is older than its account": ({ userId }) => db().$executeRaw`
      UPDATE "user" SET security_version = security_version + 1 WHERE id = ${userId}`,
    "is of a banned account": ({ userId }) => db().$executeRaw`
      UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${userId}`,
    "is of a deleted account": ({ userId }) =>
      db().user.delete({ where: { id: userId } }),
  };

  it.each(Object.keys(faults))("G08 is refused to a session that %s", async (fault) => {
    const { user, session } = await makeIn();
    expect(await lock(session)).toEqual({ email: user.email });
    await faults[fault]?.(session);
    expect(await lock(session)).toBeNull();
  });

  it("K03 is refused to a session of somebody else, and to one that never was", async () => {
    const [mine, theirs] = [await makeIn(), await makeIn()];
    expect(await lock({ ...theirs.session, id: mine.session.id })).toBeNull();
    expect(await lock({ ...mine.session, id: newId() })).toBeNull();
  });
});
