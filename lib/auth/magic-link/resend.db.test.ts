// Pressing "Send again" while waiting for a sign-in link.
import { describe, expect, it } from "vitest";
import { findMagicLink, resendMagicLink } from "@/lib/auth/magic-link/request";
import { minutes, seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { askForLink, mailsAbout, redeem, refused, secretsOf } from "@/tests/magic-links";
import { makeClient } from "@/tests/people";
import { ageChallenge, mailTo, newAddress } from "@/tests/secrets";

const again = (handle: string) => resendMagicLink(handle, makeClient());

/** Who has waited half a minute already. */
async function askEarlier(over: Parameters<typeof askForLink>[1] = {}) {
  const asked = await askForLink(newAddress(), over);
  await ageChallenge(asked.id, seconds(30));
  return asked;
}

/** None of them is done before all have begun; fewer than there are connections. */
async function sixAtOnce<T>(id: string, click: () => Promise<T>): Promise<T[]> {
  const clicks: Promise<T>[] = [];
  await transaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM challenge WHERE id = ${id} FOR UPDATE`;
    for (let n = 0; n < 6; n++) clicks.push(click());
    await untilBlocked(Promise.all(clicks));
  });
  return Promise.all(clicks);
}

/** The handle of the newer mail, as the browser then keeps it. */
async function follow(handle: string): Promise<string> {
  await ageChallenge(handle.slice(0, 22), seconds(30));
  return (await again(handle)) ?? "";
}

describe("sending again", () => {
  it("C05 mails a newer link and code, and ends the older ones", async () => {
    const first = await askEarlier();
    const handle = (await again(first.handle)) ?? "";
    expect(await redeem(first)).toEqual(refused("replaced"));
    expect(await mailsAbout(handle)).toBe(1);
    const second = { ...first, ...secretsOf(handle) };
    const byOldCode = { proof: { code: first.code } };
    expect(await redeem(second, byOldCode)).toEqual(refused("wrong"));
    const { code } = second;
    expect((await redeem(second, { proof: { code } })).status).toBe("finished");
  });

  it("B11 goes where the first one went, and is kept as long", async () => {
    const wished = { next: "/settings/devices", isPersistent: false };
    const first = await askEarlier(wished);
    const handle = (await again(first.handle)) ?? "";
    expect(await findMagicLink(handle)).toMatchObject({ email: first.email, ...wished });
    const answer = await redeem({ ...first, ...secretsOf(handle) });
    const result = { session: { isPersistent: false } };
    expect(answer).toMatchObject({ next: "/settings/devices", result });
  });

  it("C9 names the browser that pressed, which asked last", async () => {
    const first = await askEarlier();
    const userAgent =
      "Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0";
    const client = makeClient({ userAgent, ip: "203.0.113.9" });
    const handle = await resendMagicLink(first.handle, client);
    const asker = { browser: "Firefox 143", os: "Windows", ip: "203.0.113.9" };
    expect(await findMagicLink(handle)).toMatchObject({ asker });
  });

  it("B12 gives the first mail half a minute", async () => {
    const { id, handle } = await askForLink(newAddress());
    const error = await again(handle).catch((caught) => caught);
    expect(error).toMatchObject({ code: "rate_limited" });
    expect(error.retryAfter).toBeGreaterThan(0);
    expect(error.retryAfter).toBeLessThanOrEqual(seconds(30));
    expect(await findMagicLink(handle)).not.toBeNull();
    await ageChallenge(id, seconds(30));
    expect(await again(handle)).not.toBeNull();
  });

  it("B12 over the limit no mail leaves, and the browser waits for the last one", async () => {
    const asked = await askForLink(newAddress());
    const last = await follow(await follow(asked.handle));
    expect(await mailTo(asked.email)).toHaveLength(3);
    for (let n = 0; n < 3; n++) expect(await follow(last)).toBe(last);
    expect(await mailTo(asked.email)).toHaveLength(3);
    expect((await redeem({ ...asked, ...secretsOf(last) })).status).toBe("finished");
  });

  it("B12 six clicks at once make one new mail, and one handle that counts", async () => {
    const asked = await askEarlier();
    const answers = await sixAtOnce(asked.id, () => again(asked.handle));
    const handles = answers.filter((handle) => handle !== null);
    expect(handles).toHaveLength(1);
    expect(await mailTo(asked.email)).toHaveLength(2);
    const [handle = ""] = handles;
    expect((await redeem({ ...asked, ...secretsOf(handle) })).status).toBe("finished");
  });

  it("B12 six clicks at once over the limit leave what was mailed", async () => {
    const asked = await askForLink(newAddress());
    const last = await follow(await follow(asked.handle));
    const id = last.slice(0, 22);
    await ageChallenge(id, seconds(30));
    const answers = await sixAtOnce(id, () => again(last));
    expect(answers).toEqual(answers.map(() => last));
    expect((await redeem({ ...asked, ...secretsOf(last) })).status).toBe("finished");
  });

  it("C02 a click that meets the link being used sends nothing after it", async () => {
    const asked = await askEarlier();
    let click: ReturnType<typeof again> | undefined;
    await transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE challenge SET consumed_at = clock_timestamp() WHERE id = ${asked.id}`;
      click = again(asked.handle);
      await untilBlocked(click);
    });
    expect(await click).toBeNull();
    expect(await mailTo(asked.email)).toHaveLength(1);
  });
});

it("C8 sends a new one to who has waited until the first had expired", async () => {
  const first = await askEarlier({ next: "/settings/devices" });
  await ageChallenge(first.id, minutes(10));
  const handle = (await again(first.handle)) ?? "";
  expect(await findMagicLink(handle)).toMatchObject({
    email: first.email,
    next: "/settings/devices",
  });
  expect(await mailsAbout(handle)).toBe(1);
});

describe("a browser that waits for nothing", () => {
  const nothing: Record<string, (handle: string) => string> = {
    "no handle": () => "",
    "a handle without its proof": (handle) => handle.slice(0, 23),
    "another's proof": (handle) => newId() + handle.slice(22),
    "the link itself": (handle) => secretsOf(handle).token,
  };

  it.each(Object.keys(nothing))("C15 with %s gets no mail", async (kind) => {
    const { email, handle } = await askEarlier();
    expect(await again(nothing[kind]?.(handle) ?? "")).toBeNull();
    expect(await mailTo(email)).toHaveLength(1);
    expect(await findMagicLink(handle)).not.toBeNull();
  });

  it.each([
    ["used", (asked: Parameters<typeof redeem>[0]) => redeem(asked)],
    [
      "replaced by another browser's",
      ({ email }: { email: string }) => askForLink(email),
    ],
  ] as const)("C05 because its link is %s gets none either", async (_what, end) => {
    const asked = await askEarlier();
    await end(asked);
    const before = await db().challenge.count({ where: { email: asked.email } });
    expect(await again(asked.handle)).toBeNull();
    expect(await db().challenge.count({ where: { email: asked.email } })).toBe(before);
  });
});
