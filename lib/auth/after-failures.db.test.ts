import { describe, expect, it } from "vitest";
import { signInWithPassword } from "@/lib/auth/password";
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import { failBefore } from "@/tests/guesses";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";
import { mailTo } from "@/tests/secrets";

const password = "correct horse battery";

/** In a browser that is no news, after this many wrong ones. */
async function enterAfter(failures: number) {
  const user = await makeUser({ password });
  const client = makeClient();
  await signIn(user, client);
  const attempt = { email: user.email, isPersistent: true, client, previousToken: null };
  for (let n = 0; n < failures; n++) {
    const guess = signInWithPassword({
      ...attempt,
      password: `wrong number ${n} of them`,
    });
    await expect(guess).rejects.toMatchObject({ code: "invalid_credentials" });
    await db().$executeRaw`UPDATE throttle SET next_try_at = clock_timestamp()`;
  }
  const result = await signInWithPassword({ ...attempt, password });
  if (result.status !== "signed_in") throw new Error(result.status);
  return {
    id: result.session.id,
    again: () => signInWithPassword({ ...attempt, password }),
  };
}

describe("signing in after wrong passwords", () => {
  const { tellAfter } = config.password.throttle;

  it("B11 after five in a row is news to the owner, by mail and in the record", async () => {
    const { id } = await enterAfter(tellAfter);
    expect(await mailAbout(id)).toEqual(["sign_in_after_failures"]);
    expect((await eventsOf(id)).map(({ type }) => type)).toContain(
      "sign_in_after_failures",
    );
  });

  it("B11 F01 is news, too, where a second factor is asked for next", async () => {
    const user = await makeUser({ password, secondFactors: ["totp"] });
    const attempt = { email: user.email, isPersistent: true, previousToken: null };
    await failBefore(user.id, tellAfter);
    const result = await signInWithPassword({
      ...attempt,
      password,
      client: makeClient(),
    });
    expect(result.status).toBe("second_factor_required");
    expect(await mailTo(user.email)).toContain("sign_in_after_failures");
  });

  it("B11 after four is none, and the next sign-in after five is none either", async () => {
    const { id } = await enterAfter(tellAfter - 1);
    expect(await mailAbout(id)).toEqual([]);
    const again = await (await enterAfter(tellAfter)).again();
    if (again.status !== "signed_in") throw new Error(again.status);
    expect(await mailAbout(again.session.id)).toEqual([]);
  });
});
