// Account pre-hijacking (2022 study): whoever registers somebody else's address
// must have nothing left when its owner proves the mailbox.
import { describe, expect, it } from "vitest";
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { mailedCode } from "@/lib/auth/mailed-code";
import { signInWithPassword } from "@/lib/auth/password";
import { findRegistration, register } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeClient, makeUser, signIn } from "@/tests/people";

const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;
const theirs = "the attacker knows this";
const ours = "only the owner knows this";

/** `link` and `code` are what the mail to `email` says. */
async function signUp(
  email: string,
  over: { password?: string | null; next?: string } = {},
) {
  const client = makeClient();
  const request = { email, name: "Mallory", password: theirs, next: null, client };
  const handle = await register({ ...request, ...over });
  const id = handle.slice(0, 22);
  const token = linkToken("registration", id);
  return { id, handle, client, token, code: mailedCode("registration", id) };
}

type Proof = Parameters<typeof verifyRegistration>[0]["proof"];

function verify(proof: Proof, over: { handle?: string | null; password?: string } = {}) {
  const fresh = {
    handle: null,
    password: null,
    client: makeClient(),
    previousToken: null,
  };
  return verifyRegistration({ ...fresh, proof, ...over });
}

function enter(email: string, password: string) {
  const client = makeClient();
  const attempt = { email, password, isPersistent: true, client, previousToken: null };
  return signInWithPassword(attempt);
}

const userOf = (email: string) => db().user.findUnique({ where: { email } });

describe("in the browser that registered", () => {
  it.each(["token", "code"] as const)(
    "C14 the %s makes the user as asked",
    async (kind) => {
      const email = address();
      const { token, code, handle } = await signUp(email, { next: "/settings/devices" });
      const proof = kind === "token" ? { token } : { code };
      const verified = await verify(proof, { handle });
      expect(verified).toMatchObject({
        status: "finished",
        next: "/settings/devices",
        result: { status: "signed_in", user: { email, name: "Mallory", role: "user" } },
      });
      expect((await enter(email, theirs)).status).toBe("signed_in");
    },
  );

  it("C14 no password is asked of who chose none", async () => {
    const email = address();
    const { token, handle } = await signUp(email, { password: null });
    expect((await verify({ token }, { handle })).status).toBe("finished");
    expect(await userOf(email)).toMatchObject({ passwordChangedAt: null });
    await expect(enter(email, "")).rejects.toThrow("invalid_credentials");
  });

  it("ends the session this browser had before", async () => {
    const before = await signIn(await makeUser());
    const { token, handle, client } = await signUp(address());
    const previousToken = before.refreshToken;
    await verifyRegistration({
      proof: { token },
      handle,
      password: null,
      client,
      previousToken,
    });
    const row = await db().session.findUniqueOrThrow({
      where: { id: before.session.id },
    });
    expect(row.endReason).toBe("replaced");
  });
});

describe("in another browser", () => {
  it("C14 the link alone asks for a password and uses nothing up", async () => {
    const email = address();
    const { token, handle } = await signUp(email);
    expect(await verify({ token })).toEqual({ status: "password_needed", email });
    expect(await userOf(email)).toBeNull();
    expect(await findRegistration(handle)).not.toBeNull();
  });

  it("C14 who knows the password that was chosen keeps it", async () => {
    const email = address();
    const { token } = await signUp(email);
    expect((await verify({ token }, { password: theirs })).status).toBe("finished");
    expect(await userOf(email)).toMatchObject({ name: "Mallory" });
    expect((await enter(email, theirs)).status).toBe("signed_in");
  });

  it("C14 a new password leaves nothing of who registered", async () => {
    const email = address();
    const attacker = await signUp(email);
    expect((await verify({ token: attacker.token }, { password: ours })).status).toBe(
      "finished",
    );
    expect(await userOf(email)).toMatchObject({ name: null });
    await expect(enter(email, theirs)).rejects.toThrow("invalid_credentials");
    expect((await enter(email, ours)).status).toBe("signed_in");
    for (const proof of [{ token: attacker.token }, { code: attacker.code }]) {
      const again = await verify(proof, { handle: attacker.handle, password: theirs });
      expect(again).toMatchObject({ status: "refused" });
    }
    expect(await findRegistration(attacker.handle)).toBeNull();
  });

  it("A01 a new password must be a good one", async () => {
    const email = address();
    const { token } = await signUp(email);
    await expect(verify({ token }, { password: "too short" })).rejects.toMatchObject({
      code: "invalid_request",
    });
    expect(await userOf(email)).toBeNull();
    expect((await verify({ token }, { password: ours })).status).toBe("finished");
  });

  it("C14 who registered without a password gives no name to who did not", async () => {
    const email = address();
    const { token } = await signUp(email, { password: null });
    expect((await verify({ token })).status).toBe("finished");
    expect(await userOf(email)).toMatchObject({ name: null });
  });

  it("C05 the code does nothing there, right or wrong", async () => {
    const { code, id } = await signUp(address());
    const refused = { status: "refused", reason: "other_browser" };
    expect(await verify({ code })).toEqual(refused);
    const stranger = cookieHandle("registration", newId());
    expect(await verify({ code }, { handle: stranger })).toMatchObject({
      reason: "wrong",
    });
    const other = await signUp(address());
    expect(await verify({ code }, { handle: other.handle })).toMatchObject({
      reason: "wrong",
    });
    expect(await db().challenge.findUnique({ where: { id } })).toMatchObject({
      attempts: 0,
    });
  });
});

describe("proof", () => {
  it("C02 thirty at once make one user and one session", async () => {
    const email = address();
    const { token, handle } = await signUp(email);
    const tries = Array.from({ length: 30 }, () => verify({ token }, { handle }));
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === "finished")).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== "finished");
    for (const other of others)
      expect(other).toEqual({ status: "refused", reason: "used" });
    const user = await userOf(email);
    expect(await db().session.count({ where: { userId: user?.id } })).toBe(1);
  });

  it("C14 discards every other registration for the address", async () => {
    const email = address();
    const attacker = await signUp(email);
    const owner = await signUp(email, { password: ours });
    const elsewhere = await signUp(address());
    await verify({ token: owner.token }, { handle: owner.handle });
    for (const proof of [{ token: attacker.token }, { code: attacker.code }]) {
      const late = await verify(proof, { handle: attacker.handle, password: theirs });
      expect(late).toEqual({
        status: "refused",
        reason: expect.stringMatching(/replaced|wrong/),
      });
    }
    await expect(enter(email, theirs)).rejects.toThrow("invalid_credentials");
    expect(await findRegistration(elsewhere.handle)).not.toBeNull();
  });

  it("C14 of two registrations proved at once one becomes the account", async () => {
    const email = address();
    const both = [await signUp(email), await signUp(email)];
    const answers = await Promise.all(
      both.map(({ token, handle }) => verify({ token }, { handle })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(["finished", "refused"]);
    expect(await db().user.count({ where: { email } })).toBe(1);
  });

  it("C14 never touches an account that is there", async () => {
    const owner = await makeUser({ password: ours });
    const { token, handle } = await signUp(owner.email);
    const refused = await verify({ token }, { handle });
    expect(refused).toEqual({ status: "refused", reason: "address_taken" });
    expect(await userOf(owner.email)).toEqual(
      await db().user.findUnique({ where: { id: owner.id } }),
    );
    expect(await db().session.count({ where: { userId: owner.id } })).toBe(0);
    expect((await enter(owner.email, ours)).status).toBe("signed_in");
  });

  it("C03 says that a link has ended, and why", async () => {
    const { token, handle, id } = await signUp(address());
    await db().$executeRaw`
      UPDATE challenge SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = ${id}`;
    expect(await verify({ token }, { handle })).toEqual({
      status: "refused",
      reason: "expired",
    });
  });

  it("C02 five wrong codes leave the link", async () => {
    const { token, handle, code } = await signUp(address());
    const wrong = code === "000000" ? "000001" : "000000";
    for (let i = 0; i < 5; i++) {
      expect(await verify({ code: wrong }, { handle })).toMatchObject({
        reason: "wrong",
      });
    }
    expect(await verify({ code }, { handle })).toMatchObject({ reason: "wrong" });
    expect((await verify({ token }, { handle })).status).toBe("finished");
  });
});
