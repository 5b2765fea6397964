// A hundred wrong codes in a row. Six digits have to end somewhere (NIST SP 800-63B-4
// §3.2.2); the owner must not be shut out by it.
import { describe, expect, it } from "vitest";
import {
  askForSecondPasskey,
  signInWithSecondPasskey,
} from "@/lib/auth/second-factor/sign-in";
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  failSecondBefore,
  failuresOf,
  letStepsPass,
  makeGuarded,
  signInFully,
  wrongNow,
} from "@/tests/guarded";
import { goodPassword, letWaitsPass, resetTo } from "@/tests/guesses";
import { addPasskey, newAuthenticator, outcomeOf } from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { codeNow } from "@/tests/totp";

type Guarded = Awaited<ReturnType<typeof makeGuarded>>;
type Given = { method?: "totp" | "backup_code"; code: string };

const { refuseAfter } = config.secondFactor.throttle;

async function enter({ user }: Guarded, given: Given, client = makeClient()) {
  return outcomeOf(enterCode({ ...(await begin(user.id, client)), ...given }));
}

/** Guessed at so often, by browsers that the account does not know. */
async function makeBurnt(failures: number = refuseAfter) {
  const account = await makeGuarded();
  await failSecondBefore(account.user.id, failures);
  return account;
}

const paperOf = ({ backupCodes }: Guarded, n = 0) =>
  ({ method: "backup_code", code: backupCodes[n] ?? "" }) as const;

describe("after a hundred wrong codes", () => {
  it("D04 the hundredth still counts, and the code of the app is right no more", async () => {
    const account = await makeBurnt(refuseAfter - 1);
    const { user, secret } = account;
    expect(await enter(account, { code: wrongNow(secret) })).toBe("invalid_code");
    expect(await failuresOf(user.id)).toEqual([refuseAfter]);
    for (let n = 0; n < 3; n++) {
      await letWaitsPass();
      expect(await enter(account, { code: codeNow(secret) })).toBe("rate_limited");
    }
    expect(await failuresOf(user.id)).toEqual([refuseAfter]);
  });

  it("D04 of thirty guesses at once at the ninety-ninth one is judged", async () => {
    const account = await makeBurnt(refuseAfter - 1);
    const { user, secret } = account;
    const waiting = await Promise.all(Array.from({ length: 30 }, () => begin(user.id)));
    const outcomes = await Promise.all(
      waiting.map((one, n) =>
        outcomeOf(enterCode({ ...one, code: wrongNow(secret, n) })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "invalid_code")).toHaveLength(1);
    expect(await failuresOf(user.id)).toEqual([refuseAfter]);
  });

  it("D04 the refusal names what is left to do, and no time at which it would be over", async () => {
    const { user, secret } = await makeBurnt();
    const waiting = await begin(user.id);
    const attempt = enterCode({ ...waiting, code: codeNow(secret) });
    await expect(attempt).rejects.toMatchObject({
      code: "rate_limited",
      detail: expect.stringMatching(/passkey or a backup code/),
    });
  });

  it("D04 a backup code waits its turn, and then opens and clears the count", async () => {
    const account = await makeBurnt();
    const { user, secret } = account;
    expect(await enter(account, { method: "backup_code", code: "wrong" })).toBe(
      "invalid_code",
    );
    expect(await failuresOf(user.id)).toEqual([refuseAfter + 1]);
    expect(await enter(account, paperOf(account))).toBe("rate_limited");
    await letWaitsPass();
    expect(await enter(account, paperOf(account))).toBe("done");
    expect(await failuresOf(user.id)).toEqual([]);
    expect(await enter(account, { code: codeNow(secret) })).toBe("done");
  });

  it("D04 a passkey opens at once, however often codes were wrong", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const authenticator = newAuthenticator();
    await addPasskey(await signInFully(user.id), { authenticator });
    await failSecondBefore(user.id, refuseAfter * 10);
    await db()
      .$executeRaw`UPDATE throttle SET next_try_at = clock_timestamp() + interval '1 h'
      WHERE key = ${user.id}`;
    const { pending, client } = await begin(user.id);
    const asked = await askForSecondPasskey(pending, client);
    const response = authenticator.get(asked.options);
    const attempt = { pending, client, response, handle: asked.handle };
    const rest = { trustsBrowser: false, previousToken: null };
    const entered = await signInWithSecondPasskey({ ...attempt, ...rest });
    expect(entered).toMatchObject({ status: "signed_in", session: { aal: 2 } });
    // Strangers go on being refused, and this browser has a count of its own now.
    expect(await enter(account, { code: codeNow(secret) })).toBe("rate_limited");
    expect(await enter(account, { code: codeNow(secret) }, client)).toBe("done");
  });

  it("D04 in a browser that has signed in before the app's code goes on opening", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const known = await signInFully(user.id);
    await failSecondBefore(user.id, refuseAfter);
    expect(await enter(account, { code: codeNow(secret) })).toBe("rate_limited");
    expect(await enter(account, { code: codeNow(secret) }, known.client)).toBe("done");
    // That it was right there says nothing about the strangers.
    expect(await failuresOf(user.id)).toEqual([refuseAfter]);
  });

  it("D04 a known browser has a hundred of its own and no more", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const { client } = await signInFully(user.id);
    const key = `${user.id}.${client.deviceHash?.toString("base64url")}`;
    await db().$executeRaw`INSERT INTO throttle (kind, key, failures, next_try_at)
      VALUES ('second_factor', ${key}, ${refuseAfter}, clock_timestamp())`;
    expect(await enter(account, { code: codeNow(secret) }, client)).toBe("rate_limited");
    expect(await enter(account, { code: codeNow(secret) })).toBe("done");
    await letStepsPass(user.id);
    expect(await enter(account, paperOf(account), client)).toBe("done");
    expect(await enter(account, { code: codeNow(secret) }, client)).toBe("done");
  });

  it("D04 one account's count is none of another's", async () => {
    const [burnt, other] = [await makeBurnt(), await makeGuarded()];
    const client = makeClient();
    expect(await enter(burnt, { code: codeNow(burnt.secret) }, client)).toBe(
      "rate_limited",
    );
    expect(await enter(other, { code: codeNow(other.secret) }, client)).toBe("done");
    // Known to the other account, it is none the more to this one.
    expect(await enter(burnt, { code: codeNow(burnt.secret) }, client)).toBe(
      "rate_limited",
    );
  });

  it("D04 an app on a phone, which bears no device cookie, is a stranger to it", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const native = makeClient({ channel: "native", deviceHash: null });
    await signInFully(user.id, native);
    await failSecondBefore(user.id, refuseAfter);
    expect(await enter(account, { code: codeNow(secret) }, native)).toBe("rate_limited");
  });

  it("D04 a browser from before two factors were asked for has no tries to itself", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const client = makeClient();
    await signInFully(user.id, client);
    // As if a password alone had been enough then.
    await db().$executeRaw`UPDATE known_browser
      SET last_seen_at = last_seen_at - interval '1 hour' WHERE user_id = ${user.id}`;
    await failSecondBefore(user.id, refuseAfter);
    expect(await enter(account, { code: codeNow(secret) }, client)).toBe("rate_limited");
  });

  it("B02 whoever resets the password after it keeps the tries of their own browser", async () => {
    const account = await makeGuarded({ password: goodPassword });
    const { user, secret } = account;
    const client = makeClient();
    await signInFully(user.id, client);
    await failSecondBefore(user.id, refuseAfter);
    await resetTo(user.email, "what it is from now on");
    expect(await enter(account, { code: codeNow(secret) }, client)).toBe("done");
    expect(await enter(account, { code: codeNow(secret) })).toBe("rate_limited");
  });
});
