// M01 as a table, continued: registration and every way a sign-in may end.
import { beforeEach, describe, expect, it } from "vitest";
import { linkToken } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { signInWithPassword } from "@/lib/auth/password";
import { register } from "@/lib/auth/registration/begin";
import { resendRegistration } from "@/lib/auth/registration/resend";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { expectEvents, type Ids } from "@/tests/events";
import { makeClient, makeUser, proveFirst } from "@/tests/people";
import { proveSecond } from "@/tests/second-factors";

const password = "correct horse battery";
const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;

/** The caller whose operation is on trial; what prepares it comes from others. */
let client: Client;
beforeEach(() => {
  client = makeClient({ ip: "2001:db8::1", userAgent: "Trial/1.0" });
});

const nobody: Ids = { userId: null, sessionId: null };

async function startRegistration(email = address()) {
  const by = makeClient();
  const request = { email, name: null, password: null, next: null, client: by };
  const handle = await register(request);
  return { handle, email, token: linkToken("registration", handle.slice(0, 22)) };
}

const verify = (token: string) =>
  verifyRegistration({
    proof: { token },
    handle: null,
    password: null,
    client,
    previousToken: null,
  });

describe("registration", () => {
  it("M01 asking for an account", async () => {
    await register({ email: address(), name: null, password: null, next: null, client });
    await expectEvents(client, {
      type: "registration_requested",
      result: "success",
      ...nobody,
    });
  });

  it("M01 asking for another mail", async () => {
    const { handle } = await startRegistration();
    await db()
      .$executeRaw`UPDATE challenge SET created_at = created_at - interval '1 minute'`;
    await resendRegistration(handle, client);
    await expectEvents(client, {
      type: "registration_resent",
      result: "success",
      ...nobody,
    });
  });

  it("M01 proving the address, which signs in as well", async () => {
    const { token } = await startRegistration();
    const verified = await verify(token);
    if (verified.status !== "finished" || verified.result.status !== "signed_in") {
      throw new Error(verified.status);
    }
    const userId = verified.result.user.id;
    const sessionId = verified.result.session.id;
    const signIn = { method: "email", factors: ["email"], userId, sessionId } as const;
    await expectEvents(
      client,
      { type: "address_verified", result: "success", userId, sessionId: null },
      { type: "sign_in", result: "success", ...signIn },
    );
  });

  it.each([
    ["wrong", async () => "x"],
    ["wrong", async () => linkToken("registration", newId())],
    [
      "used",
      async () => {
        const { token } = await startRegistration();
        const by = {
          client: makeClient(),
          handle: null,
          password: null,
          previousToken: null,
        };
        await verifyRegistration({ proof: { token }, ...by });
        return token;
      },
    ],
    [
      "expired",
      async () => {
        const { token } = await startRegistration();
        await db()
          .$executeRaw`UPDATE challenge SET expires_at = clock_timestamp() - interval '1 ms'`;
        return token;
      },
    ],
    [
      "address_taken",
      async () => (await startRegistration((await makeUser()).email)).token,
    ],
  ])("M01 a proof that is refused because it is %s", async (reason, prepare) => {
    await verify(await prepare());
    await expectEvents(client, {
      type: "address_verified",
      result: "failure",
      reason,
      ...nobody,
    });
  });
});

describe("sign-in", () => {
  const attempt = (email: string, typed = password) =>
    signInWithPassword({
      email,
      password: typed,
      isPersistent: true,
      client,
      previousToken: null,
    });

  it("M01 with a password, in a browser that the account has never seen", async () => {
    const { id: userId, email } = await makeUser({ password });
    const result = await attempt(email);
    if (result.status !== "signed_in") throw new Error(result.status);
    const about = { result: "success", userId, sessionId: result.session.id } as const;
    await expectEvents(
      client,
      { type: "sign_in", method: "password", factors: ["pwd"], ...about },
      { type: "new_device", ...about },
    );
  });

  it.each(["unknown_account", "no_password", "wrong_password", "banned"] as const)(
    "M01 refused because of %s",
    async (reason) => {
      const user = await makeUser(reason === "no_password" ? {} : { password });
      if (reason === "banned") {
        await db().user.update({
          where: { id: user.id },
          data: { bannedAt: new Date() },
        });
      }
      const email = reason === "unknown_account" ? address() : user.email;
      const typed = reason === "wrong_password" ? "something else altogether" : password;
      await expect(attempt(email, typed)).rejects.toThrow("invalid_credentials");
      const userId = reason === "unknown_account" ? null : user.id;
      const event = {
        type: "sign_in",
        result: "failure",
        reason,
        method: "password",
      } as const;
      await expectEvents(client, { ...event, userId, sessionId: null });
    },
  );

  it("M01 refused because the account changed meanwhile", async () => {
    const { id: userId } = await makeUser();
    await proveFirst({ id: userId, securityVersion: 7 }, client);
    const event = { type: "sign_in", method: "password", reason: "changed" } as const;
    await expectEvents(client, { ...event, result: "failure", userId, sessionId: null });
  });

  it("M01 with a second factor: that it was asked for, and once both are there", async () => {
    const user = await makeUser({ secondFactors: ["totp"] });
    const { id: userId } = user;
    const asked = await proveFirst(user, client);
    if (asked.status !== "second_factor_required") throw new Error(asked.status);
    const half = { result: "success", method: "password", userId } as const;
    const first = { ...half, type: "second_factor_asked", sessionId: null } as const;
    await expectEvents(client, first);
    const result = await proveSecond(asked.pending, client);
    if (result.status !== "signed_in") throw new Error(result.status);
    const about = { result: "success", userId, sessionId: result.session.id } as const;
    const factors = ["pwd", "otp", "mfa"];
    await expectEvents(
      client,
      first,
      { type: "sign_in", method: "password", factors, ...about },
      { type: "new_device", ...about },
    );
  });
});
