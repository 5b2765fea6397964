// better-auth GHSA-965c-763c-88jm: a secret of one kind, redeemed for another.
// Every secret that is minted, at every place that redeems one.
import { beforeAll, describe, expect, it } from "vitest";
import { cookieHandle } from "@/lib/auth/challenge";
import { db } from "@/lib/db";
import { type Minted, mint } from "@/tests/minted";
import { type Redeemer, redeemers, secretOf } from "@/tests/redeemers";

/** Wrong codes count: what they add up to would spoil the rest, and prove nothing. */
async function redeemAfresh({ redeem }: Redeemer, secret: string, minted: Minted) {
  await db().challenge.updateMany({ data: { attempts: 0 } });
  await db().throttle.deleteMany();
  await db().rateLimit.deleteMany();
  return redeem(secret, minted);
}

/** Everything a redemption would change. */
async function state(): Promise<string> {
  const everything = await Promise.all([
    db().challenge.findMany({ orderBy: { id: "asc" }, omit: { attempts: true } }),
    db().session.findMany({ orderBy: { id: "asc" } }),
    db().user.findMany({ orderBy: { id: "asc" } }),
    db().totp.findMany({ orderBy: { userId: "asc" } }),
    db().backupCode.findMany({ orderBy: { hash: "asc" } }),
    db().trustedBrowser.findMany({ orderBy: { id: "asc" } }),
  ]);
  return JSON.stringify(everything);
}

let all: Minted;
beforeAll(async () => {
  all = await mint();
});

describe.each(Object.entries(redeemers))("%s", (_name, redeemer) => {
  const { takes } = redeemer;

  it(`C04 refuses every secret but the ${takes}, and uses none up`, async () => {
    const before = await state();
    const accepted: string[] = [];
    for (const [kind, secret] of all.secrets) {
      if (kind !== takes && (await redeemAfresh(redeemer, secret, all))) {
        accepted.push(kind);
      }
    }
    expect(accepted).toEqual([]);
    expect(await state()).toBe(before);
  });

  it("C04 refuses its own secret under another id, or with another's MAC", async () => {
    const before = await state();
    const own = secretOf(all, takes);
    const stranger = cookieHandle("registration", "x".repeat(22));
    const at = own.lastIndexOf(".");
    const forged =
      at < 0
        ? []
        : [own.slice(0, at) + stranger.slice(22), stranger.slice(0, 22) + own.slice(at)];
    for (const secret of [...forged, stranger, `${own}x`, own.slice(1)]) {
      expect(await redeemAfresh(redeemer, secret, all)).toBe(false);
    }
    expect(await state()).toBe(before);
  });

  it(`C04 takes the ${takes}`, async () => {
    const minted = await mint();
    expect(await redeemAfresh(redeemer, secretOf(minted, takes), minted)).toBe(true);
  });
});
