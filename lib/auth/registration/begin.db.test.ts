import { describe, expect, it } from "vitest";
import { mailedCode } from "@/lib/auth/mailed-code";
import { findRegistration, register } from "@/lib/auth/registration/begin";
import { resendRegistration } from "@/lib/auth/registration/resend";
import { seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeClient, makeUser } from "@/tests/people";
import { statementsOf } from "@/tests/statements";

const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;
const password = "correct horse battery";

function signUp(email: string, over: { name?: string; password?: string | null } = {}) {
  const client = makeClient();
  const request = {
    email,
    name: "Ada Lovelace",
    password,
    next: "/settings/devices",
    client,
  };
  return register({ ...request, ...over });
}

const idOf = (handle: string | null) => (handle ?? "").slice(0, 22);

async function mailJobsFor(...ids: string[]): Promise<number> {
  const [row] = await db().$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pgboss.job
    WHERE name = 'mail' AND data->>'challengeId' = ANY(${ids})`;
  return row?.n ?? 0;
}

/** As if it had been asked for half a minute earlier. */
async function letTimePass(handle: string): Promise<void> {
  const ms = seconds(30);
  await db().$executeRaw`UPDATE challenge
    SET created_at = created_at - ${ms} * interval '1 millisecond' WHERE id = ${idOf(handle)}`;
}

describe("asking for an account", () => {
  it("C14 makes no user, only a row that says nothing of who asked", async () => {
    const email = address();
    const handle = await signUp(email);
    expect(await db().user.count({ where: { email } })).toBe(0);
    const row = await db().challenge.findUniqueOrThrow({ where: { id: idOf(handle) } });
    expect(row).toMatchObject({ purpose: "registration", email, userId: null });
    for (const secret of ["Ada Lovelace", "argon2id", password, "/settings/devices"]) {
      expect(row.data).not.toContain(secret);
    }
    expect(await findRegistration(handle)).toMatchObject({
      email,
      next: "/settings/devices",
    });
  });

  it("B09 sends the database the same statements for a known and an unknown address", async () => {
    const { email: known } = await makeUser({ password });
    await signUp(address());
    const forUnknown = await statementsOf(() => signUp(address()));
    const forKnown = await statementsOf(() => signUp(known));
    expect(forUnknown.length).toBeGreaterThan(4);
    expect(forKnown).toEqual(forUnknown);
  });

  it("B09 leaves the same rows and the same kind of handle for both", async () => {
    const { email: known } = await makeUser({ password });
    const handles = [await signUp(known), await signUp(address())];
    for (const handle of handles) {
      expect(handle).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
      expect(await mailJobsFor(idOf(handle))).toBe(1);
    }
  });

  it("B12 mails one recipient three times an hour, and says nothing of it", async () => {
    const email = address();
    const handles: string[] = [];
    for (let i = 0; i < 5; i++) handles.push(await signUp(email));
    expect(await mailJobsFor(...handles.map(idOf))).toBe(3);
    for (const handle of handles)
      expect((await findRegistration(handle))?.email).toBe(email);
  });

  it("B12 keeps count of ten askings at once", async () => {
    const email = address();
    const handles = await Promise.all(Array.from({ length: 10 }, () => signUp(email)));
    expect(await mailJobsFor(...handles.map(idOf))).toBe(3);
  });

  it("C02 does not let one asking disturb another for the same address", async () => {
    const email = address();
    const [mine, theirs] = [await signUp(email), await signUp(email)];
    expect((await findRegistration(mine))?.email).toBe(email);
    expect((await findRegistration(theirs))?.email).toBe(email);
  });

  it.each([
    ["one of 14 characters", "fourteen chars"],
    ["a common one", "passwordpassword"],
    ["the own address", "somebody@here.example"],
  ])("A04 refuses %s, and then keeps nothing at all", async (_what, weak) => {
    const email = "somebody@here.example";
    await expect(signUp(email, { password: weak })).rejects.toMatchObject({
      code: "invalid_request",
      fields: [{ path: "password" }],
    });
    expect(await db().challenge.count({ where: { email } })).toBe(0);
  });

  it("works without a password", async () => {
    const email = address();
    expect((await findRegistration(await signUp(email, { password: null })))?.email).toBe(
      email,
    );
  });
});

describe("asking again", () => {
  it("C05 replaces the older link and code by newer ones", async () => {
    const first = await signUp(address());
    await letTimePass(first);
    const second = await resendRegistration(first, makeClient());
    expect(await findRegistration(first)).toBeNull();
    expect(await findRegistration(second)).toMatchObject({ next: "/settings/devices" });
    expect(mailedCode("registration", idOf(second))).not.toBe(
      mailedCode("registration", idOf(first)),
    );
    expect(await mailJobsFor(idOf(second))).toBe(1);
  });

  it("B12 gives the first mail half a minute", async () => {
    const handle = await signUp(address());
    const again = resendRegistration(handle, makeClient());
    await expect(again).rejects.toMatchObject({ code: "rate_limited" });
    const error = await again.catch((caught) => caught);
    expect(error.retryAfter).toBeGreaterThan(0);
    expect(error.retryAfter).toBeLessThanOrEqual(seconds(30));
    expect(await findRegistration(handle)).not.toBeNull();
  });

  it("B12 ten clicks at once make one new mail", async () => {
    const first = await signUp(address());
    await letTimePass(first);
    const clicks = Array.from({ length: 10 }, () =>
      resendRegistration(first, makeClient()),
    );
    const handles = (await Promise.all(clicks)).filter((handle) => handle !== null);
    expect(handles).toHaveLength(1);
    expect(await mailJobsFor(...handles.map(idOf))).toBe(1);
    const events = await db().auditEvent.count({
      where: { type: "registration_resent" },
    });
    expect(events).toBeGreaterThan(0);
  });

  it("B12 answers the same when the recipient has had three", async () => {
    let handle = await signUp(address());
    const mailed = [handle];
    for (let i = 0; i < 3; i++) {
      await letTimePass(handle);
      handle = (await resendRegistration(handle, makeClient())) ?? "";
      mailed.push(handle);
    }
    expect(await mailJobsFor(...mailed.map(idOf))).toBe(3);
    expect(await mailJobsFor(idOf(handle))).toBe(0);
    expect(await findRegistration(handle)).not.toBeNull();
  });

  it.each([
    ["nothing", () => ""],
    [
      "a foreign handle",
      (handle: string) => `${handle[0] === "x" ? "y" : "x"}${handle.slice(1)}`,
    ],
    ["a handle without its proof", (handle: string) => handle.slice(0, 23)],
  ])("C15 does nothing for %s", async (_what, alter) => {
    const handle = await signUp(address());
    expect(await resendRegistration(alter(handle), makeClient())).toBeNull();
    expect(await findRegistration(alter(handle))).toBeNull();
    expect(await findRegistration(handle)).not.toBeNull();
  });
});
