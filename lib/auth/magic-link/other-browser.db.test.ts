// A sign-in link in any browser but the one that asked for it: whoever sends links to
// others, or asks for somebody else's, gets nothing by it (ASVS 6.6.2).
import { describe, expect, it } from "vitest";
import { cookieHandle } from "@/lib/auth/challenge";
import { readMagicLink } from "@/lib/auth/magic-link/redeem";
import { newId } from "@/lib/crypto";
import { expectEvents } from "@/tests/events";
import {
  askForLink,
  elsewhere,
  readLinkRow,
  redeem,
  refused,
  sessionsOf,
} from "@/tests/magic-links";
import { makeClient, makeUser } from "@/tests/people";
import { newAddress } from "@/tests/secrets";

const asker = {
  userAgent:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0",
  ip: "203.0.113.5",
};

describe("in any other browser", () => {
  const strangers: Record<string, () => Promise<{ handle: string | null }>> = {
    "that asked for nothing": async () => elsewhere(),
    "that asked for a link to another address": () => askForLink(newAddress()),
    "with a made-up handle": async () => ({
      handle: `${newId()}.${"A".repeat(43)}`,
    }),
    "with the handle of a registration": async () => ({
      handle: cookieHandle("registration", newId()),
    }),
  };

  it.each(Object.keys(strangers))(
    "C05 the link signs nobody in and is not used up: one %s",
    async (kind) => {
      const user = await makeUser();
      const asked = await askForLink(user.email);
      const before = await readLinkRow(asked.id);
      const { handle } = (await strangers[kind]?.()) ?? elsewhere();
      const client = makeClient();
      expect(await redeem(asked, { handle, client })).toEqual(refused("other_browser"));
      expect(await readLinkRow(asked.id)).toEqual(before);
      expect(await sessionsOf(user.id)).toBe(0);
      const nobody = { userId: null, sessionId: null, result: "failure" as const };
      const failure = { type: "sign_in", method: "magic_link", reason: "other_browser" };
      await expectEvents(client, { ...nobody, ...failure });
      expect((await redeem(asked)).status).toBe("finished");
    },
  );

  it.each(Object.keys(strangers))(
    "C05 the code counts nowhere else, and costs no try: one %s",
    async (kind) => {
      const user = await makeUser();
      const asked = await askForLink(user.email);
      const { handle } = (await strangers[kind]?.()) ?? elsewhere();
      const proof = { code: asked.code };
      expect(await redeem(asked, { proof, handle })).toMatchObject({ status: "refused" });
      expect(await readLinkRow(asked.id)).toMatchObject({
        attempts: 0,
        consumedAt: null,
      });
      expect(await sessionsOf(user.id)).toBe(0);
    },
  );

  it("C05 a link that an intruder asked for opens nothing in the owner's hands", async () => {
    const user = await makeUser();
    const intruder = await askForLink(user.email);
    const owner = await askForLink(newAddress());
    const { handle, client } = owner;
    expect(await redeem(intruder, { handle, client })).toEqual(refused("other_browser"));
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("C05 C9 its page names who asked, when, and the code to type there", async () => {
    const user = await makeUser();
    const client = makeClient(asker);
    const asked = await askForLink(user.email, { client });
    const { createdAt: askedAt } = await readLinkRow(asked.id);
    for (const handle of [null, (await askForLink(newAddress())).handle]) {
      expect(await readMagicLink(asked.token, handle)).toEqual({
        state: "open",
        about: {
          email: user.email,
          isNew: false,
          elsewhere: {
            asker: { browser: "Firefox 143", os: "macOS", ip: asker.ip, location: null },
            askedAt,
            code: asked.code,
          },
        },
      });
    }
    const proof = { code: asked.code };
    expect((await redeem(asked, { proof })).status).toBe("finished");
  });

  it("C05 the page of the browser that asked shows no code to read out", async () => {
    const asked = await askForLink(newAddress());
    const about = { email: asked.email, isNew: true, elsewhere: null };
    const read = await readMagicLink(asked.token, asked.handle);
    expect(read).toEqual({ state: "open", about });
  });

  it("C07 reading uses nothing up, however often and from wherever", async () => {
    const asked = await askForLink((await makeUser()).email);
    const before = await readLinkRow(asked.id);
    for (const handle of [null, asked.handle, null]) {
      await readMagicLink(asked.token, handle);
    }
    expect(await readLinkRow(asked.id)).toEqual(before);
    expect((await redeem(asked)).status).toBe("finished");
  });
});
