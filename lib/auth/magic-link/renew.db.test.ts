// "Send a new one", from the page of a sign-in link that no longer works.
import { describe, expect, it } from "vitest";
import { findMagicLink, renewMagicLink } from "@/lib/auth/magic-link/request";
import { minutes } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { type AskedLink, askForLink, redeem, secretsOf } from "@/tests/magic-links";
import { makeClient } from "@/tests/people";
import { ageChallenge, mailTo, newAddress } from "@/tests/secrets";

const renew = (token: string, handle: string | null = null, client = makeClient()) =>
  renewMagicLink(token, { handle, client });

const ends: Record<string, (asked: AskedLink) => Promise<unknown>> = {
  used: (asked) => redeem(asked),
  expired: ({ id }) => ageChallenge(id, minutes(10)),
  replaced: ({ email }) => askForLink(email),
};

describe("a link that no longer works", () => {
  it.each(Object.keys(ends))(
    "C8 because it is %s gives way to a new one, for the browser that opened it",
    async (end) => {
      const next = "/settings/devices";
      const asked = await askForLink(newAddress(), { next, isPersistent: false });
      await ends[end]?.(asked);
      const client = makeClient();
      const handle = (await renew(asked.token, null, client)) ?? "";
      expect(await findMagicLink(handle)).toMatchObject({ email: asked.email });
      expect((await mailTo(asked.email)).at(-1)).toBe("magic_link");
      const fresh = { email: asked.email, client, ...secretsOf(handle) };
      expect(await redeem(fresh)).toMatchObject({
        status: "finished",
        next,
        result: { session: { isPersistent: false } },
      });
    },
  );

  it("C05 gives nobody else the handle of the browser that asked", async () => {
    const asked = await askForLink(newAddress());
    await ends.expired?.(asked);
    const mine = (await renew(asked.token)) ?? "";
    expect(await findMagicLink(asked.handle)).toBeNull();
    const { handle, client } = asked;
    const elsewhere = { ...secretsOf(mine), email: asked.email, client, handle };
    expect(await redeem(elsewhere)).toMatchObject({ reason: "other_browser" });
  });

  it("B12 over the limit leaves the browser waiting for the last mail that left", async () => {
    const first = await askForLink(newAddress());
    await askForLink(first.email);
    const last = await askForLink(first.email);
    const { handle, client } = last;
    expect(await renew(first.token, handle, client)).toBe(handle);
    expect(await mailTo(first.email)).toHaveLength(3);
    expect((await redeem(last)).status).toBe("finished");
  });
});

describe("what is no link of ours, or works", () => {
  const others: Record<string, (asked: AskedLink) => string> = {
    "one that is open": ({ token }) => token,
    nothing: () => "",
    "an id alone": ({ id }) => id,
    "another's proof": ({ token }) => newId() + token.slice(22),
    "the handle of a browser": ({ handle }) => handle,
  };

  it.each(Object.keys(others))(
    "C15 %s sends no mail and gives no handle",
    async (kind) => {
      const asked = await askForLink(newAddress());
      expect(await renew(others[kind]?.(asked) ?? "", asked.handle)).toBeNull();
      expect(await mailTo(asked.email)).toHaveLength(1);
      expect(await db().challenge.count({ where: { email: asked.email } })).toBe(1);
      expect(await findMagicLink(asked.handle)).not.toBeNull();
    },
  );
});
