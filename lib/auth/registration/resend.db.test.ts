import { beforeEach, describe, expect, it } from "vitest";
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { findRegistration, register } from "@/lib/auth/registration/begin";
import { renewRegistration } from "@/lib/auth/registration/resend";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeClient } from "@/tests/people";

const client = makeClient();
const password = "correct horse battery";
let email: string;
let handle: string;
let id: string;

beforeEach(async () => {
  email = `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;
  handle = await register({ email, name: "Ada", password, next: null, client });
  id = handle.slice(0, 22);
});

const renew = (token = linkToken("registration", id), own: string | null = null) =>
  renewRegistration({ token, handle: own, client });

function expire() {
  return db().challenge.update({ where: { id }, data: { expiresAt: new Date(0) } });
}

function rows() {
  return db().challenge.findMany({ where: { email }, orderBy: { createdAt: "asc" } });
}

async function countMails(): Promise<number> {
  const ids = (await rows()).map((row) => row.id);
  const [row] = await db().$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pgboss.job
    WHERE name = 'mail' AND data->>'challengeId' = ANY(${ids})`;
  return row?.n ?? 0;
}

describe("renewing a link", () => {
  it("C8 begins again for the browser that registered, with what it chose", async () => {
    await expire();
    const fresh = await renew(undefined, handle);
    expect(await findRegistration(fresh)).toMatchObject({ email });
    expect(await countMails()).toBe(2);
  });

  it("C8 gives no handle to any other browser, where the link asks for the password", async () => {
    await expire();
    const elsewhere = cookieHandle("registration", newId());
    for (const other of [null, elsewhere])
      expect(await renew(undefined, other)).toBe(null);
    const fresh = (await rows()).at(-1);
    const verified = await verifyRegistration({
      proof: { token: linkToken("registration", fresh?.id ?? "") },
      handle: null,
      password: null,
      client,
      previousToken: null,
    });
    expect(verified).toEqual({ status: "password_needed", email });
  });

  it("C8 lets a newer registration live on", async () => {
    await db().challenge.update({
      where: { id },
      data: { consumedAt: new Date(), replaced: true },
    });
    const newer = await register({ email, name: null, password, next: null, client });
    await renew();
    expect(await findRegistration(newer)).toMatchObject({ email });
  });

  it("C8 does nothing for a link that works, was used, or is not ours", async () => {
    expect(await renew(undefined, handle)).toBe(null);
    const forged = `${id}.${"A".repeat(43)}`;
    expect(await renew(forged, handle)).toBe(null);
    expect(await renew(handle, handle)).toBe(null);
    await db().challenge.update({ where: { id }, data: { consumedAt: new Date() } });
    expect(await renew(undefined, handle)).toBe(null);
    expect(await rows()).toHaveLength(1);
  });

  it("C8 stops mailing one address in silence, as resending does", async () => {
    await expire();
    for (let turn = 0; turn < 5; turn++) await renew();
    expect(await countMails()).toBe(3);
  });
});
