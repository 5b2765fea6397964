// Asking for a sign-in link tells a stranger nothing, and takes nothing from whoever
// waits for one.
import { describe, expect, it } from "vitest";
import { findMagicLink } from "@/lib/auth/magic-link/request";
import { minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  askForLink,
  mailsAbout,
  readLinkRow,
  redeem,
  refused,
} from "@/tests/magic-links";
import { makeClient, makeUser } from "@/tests/people";
import { mailTo, newAddress } from "@/tests/secrets";
import { statementsOf } from "@/tests/statements";

const accounts: Record<string, () => Promise<string>> = {
  "an account with a password": async () =>
    (await makeUser({ password: "what it was before" })).email,
  "an account without one": async () => (await makeUser()).email,
  "an account with a second factor": async () =>
    (await makeUser({ secondFactors: ["totp"] })).email,
  "a banned account": async () => {
    const { id, email } = await makeUser();
    await db().user.update({ where: { id }, data: { bannedAt: new Date() } });
    return email;
  },
  "nobody's address": async () => newAddress(),
};

const statements = (email: string, client = makeClient()) =>
  statementsOf(() => askForLink(email, { client }));

describe("asking for a sign-in link", () => {
  it.each(Object.keys(accounts))(
    "B09 for %s does what it does for every other, and leaves the same",
    async (kind) => {
      const email = (await accounts[kind]?.()) ?? "";
      await askForLink(newAddress());
      const expected = await statements(newAddress());
      expect(expected.length).toBeGreaterThan(4);
      const client = makeClient();
      expect(await statements(email, client)).toEqual(expected);
      expect(await mailTo(email)).toEqual(["magic_link"]);
      const row = await db().challenge.findFirstOrThrow({ where: { email } });
      expect(row).toMatchObject({ purpose: "magic-link", userId: null, attempts: 0 });
      const nobody = { userId: null, sessionId: null };
      const event = { type: "magic_link_requested", result: "success" } as const;
      await expectEvents(client, { ...event, ...nobody });
    },
  );

  it.each(Object.keys(accounts))(
    "B09 over the limit of mail it is the same for %s, too",
    async (kind) => {
      const [email, other] = [(await accounts[kind]?.()) ?? "", newAddress()];
      for (let n = 0; n < 3; n++) {
        await askForLink(email);
        await askForLink(other);
      }
      expect(await statements(email)).toEqual(await statements(other));
      const { handle } = await askForLink(email);
      expect(handle).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
      expect(await findMagicLink(handle)).toMatchObject({ email });
    },
  );

  it("C03 opens it for ten minutes, by the database's clock", async () => {
    const { id } = await askForLink(newAddress());
    const { createdAt, expiresAt } = await readLinkRow(id);
    const lives = expiresAt.getTime() - createdAt.getTime();
    expect(Math.round(lives / minutes(1))).toBe(10);
  });

  it("C01 keeps no secret, and nothing readable of who asked or where to go", async () => {
    const { id, token, handle, code } = await askForLink(newAddress(), {
      next: "/settings/devices",
    });
    const row = JSON.stringify(await readLinkRow(id));
    const told = [token.slice(23), handle.slice(23), `"${code}"`, "192.0.2.1", "Chrome"];
    for (const secret of [...told, "/settings/devices"]) {
      expect(row).not.toContain(secret);
    }
  });

  it("M05 the request and its mail are there together or not at all", async () => {
    const email = newAddress();
    const client = makeClient();
    const first = await askForLink(email);
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    try {
      await expect(askForLink(email, { client })).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    await expectEvents(client);
    expect(await findMagicLink(first.handle)).not.toBeNull();
  });
});

describe("asking again", () => {
  it("C05 the newer link ends the older one, its code and what the browser waits for", async () => {
    const email = newAddress();
    const first = await askForLink(email);
    const second = await askForLink(email, { handle: first.handle });
    expect(second.id).not.toBe(first.id);
    expect(await redeem(first)).toEqual(refused("replaced"));
    const byCode = { proof: { code: first.code } };
    expect(await redeem(first, byCode)).toMatchObject({ status: "refused" });
    expect(await findMagicLink(first.handle)).toBeNull();
    expect((await redeem(second)).status).toBe("finished");
  });

  it("C05 the link for one address lets that for another live on", async () => {
    const first = await askForLink(newAddress());
    await askForLink(newAddress(), { handle: first.handle, client: first.client });
    expect((await redeem(first)).status).toBe("finished");
  });

  it("B12 C05 one that no mail left for ends none that was mailed", async () => {
    const email = newAddress();
    for (let n = 0; n < 2; n++) await askForLink(email);
    const mailed = await askForLink(email);
    const { handle, client } = mailed;
    const over = await askForLink(email, { handle, client });
    expect(await mailTo(email)).toHaveLength(3);
    // The browser goes on waiting for what is in the mailbox.
    expect(over.handle).toBe(handle);
    expect((await redeem(mailed)).status).toBe("finished");
  });

  it("B12 C05 a stranger who asks too often takes nothing from who waits", async () => {
    const email = newAddress();
    for (let n = 0; n < 2; n++) await askForLink(email);
    const mailed = await askForLink(email);
    for (let n = 0; n < 5; n++) {
      const stranger = await askForLink(email);
      expect(stranger.id).not.toBe(mailed.id);
      expect(await mailsAbout(stranger.handle)).toBe(0);
    }
    const { code } = mailed;
    expect((await redeem(mailed, { proof: { code } })).status).toBe("finished");
  });

  it("B12 what no mail told can be guessed by nobody", async () => {
    const { id, email } = await makeUser();
    for (let n = 0; n < 3; n++) await askForLink(email);
    for (let n = 0; n < 3; n++) {
      const over = await askForLink(email);
      const { code } = over;
      expect(await redeem(over, { proof: { code } })).toEqual(refused("wrong"));
    }
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
  });

  it.each(["another address", "a link that is used up"])(
    "B12 over the limit a browser that waits for %s gets a handle of its own",
    async (what) => {
      const email = newAddress();
      for (let n = 0; n < 3; n++) await askForLink(email);
      const isOther = what === "another address";
      const { handle } = await askForLink(isOther ? newAddress() : email);
      if (!isOther) {
        const row = { id: handle.slice(0, 22) };
        await db().challenge.update({ where: row, data: { consumedAt: new Date() } });
      }
      const over = await askForLink(email, { handle });
      expect(over.handle).not.toBe(handle);
      expect(await findMagicLink(over.handle)).toMatchObject({ email });
    },
  );

  it("B12 keeps count of ten askings at once, and the last that left is open", async () => {
    const email = newAddress();
    const asked = await Promise.all(Array.from({ length: 10 }, () => askForLink(email)));
    const handles = asked.map(({ handle }) => handle);
    expect(await mailsAbout(...handles)).toBe(3);
    const mailed: boolean[] = [];
    for (const handle of handles) {
      if ((await mailsAbout(handle)) === 0) continue;
      mailed.push((await findMagicLink(handle)) !== null);
    }
    expect(mailed.filter((isOpen) => isOpen)).toHaveLength(1);
  });
});
