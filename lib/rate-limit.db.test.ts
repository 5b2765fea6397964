import { describe, expect, it } from "vitest";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { withLimit } from "@/lib/http/limit";
import { addressBucket, countAttempt, refundAttempt } from "@/lib/rate-limit";

/** An address no other test uses. */
const freshIp = () => `2001:db8:${Math.floor(Math.random() * 65_536).toString(16)}:1::1`;

const wrong = async () => {
  throw new Refusal("invalid_credentials");
};

/** As if the window had been opened so long ago that it is over. */
async function endWindows(): Promise<void> {
  await db().$executeRaw`UPDATE rate_limit SET expire = 1`;
}

describe("counting", () => {
  it("B07 of 200 parallel attempts exactly five reach the verifier", async () => {
    const ip = freshIp();
    let reached = 0;
    const attempts = Array.from({ length: 200 }, () =>
      withLimit("signIn", ip, async () => {
        reached++;
        return wrong();
      }).catch((error: Refusal) => error.code),
    );
    const codes = await Promise.all(attempts);
    expect(reached).toBe(5);
    expect(codes.filter((code) => code === "invalid_credentials")).toHaveLength(5);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(195);
  });

  it("B05 every address of one /64 draws on the same five", async () => {
    const [network] = freshIp().split("::");
    const tries = Array.from({ length: 8 }, (_, host) =>
      withLimit("signIn", `${network}:a:b:c:${host}`, wrong).catch(
        (e: Refusal) => e.code,
      ),
    );
    const codes = await Promise.all(tries);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(3);
  });

  it("B04 callers of unknown address share one count", async () => {
    for (let i = 0; i < 5; i++) {
      await expect(withLimit("verifyEmail", null, wrong)).rejects.toThrow("invalid_cred");
    }
    const { remaining } = await countAttempt("verifyEmail", addressBucket(null));
    expect(remaining).toBe(4);
  });

  it("B07 a limit of one kind says nothing of another", async () => {
    const ip = freshIp();
    for (let i = 0; i < 6; i++) await countAttempt("signIn", ip);
    expect((await countAttempt("signIn", ip)).isAllowed).toBe(false);
    expect((await countAttempt("refresh", ip)).remaining).toBe(19);
  });

  it("B07 ends with its window, which further attempts do not move", async () => {
    const key = newId();
    const first = await countAttempt("signIn", key);
    expect(first).toMatchObject({ isAllowed: true, limit: 5, remaining: 4 });
    for (let i = 0; i < 9; i++) await countAttempt("signIn", key);
    const blocked = await countAttempt("signIn", key);
    expect(blocked).toMatchObject({ isAllowed: false, remaining: 0, window: 600_000 });
    expect(blocked.resetIn).toBeLessThanOrEqual(first.resetIn);
    expect(blocked.resetIn).toBeGreaterThan(0);
    await endWindows();
    expect(await countAttempt("signIn", key)).toMatchObject({
      isAllowed: true,
      remaining: 4,
    });
  });

  it("keeps no address in the store", async () => {
    const ip = "198.51.100.77";
    await countAttempt("signIn", ip);
    const rows = await db().rateLimit.findMany();
    expect(JSON.stringify(rows.map(({ key }) => key))).not.toContain(ip);
  });
});

describe("handing back", () => {
  it("B07 an attempt that succeeded costs nothing", async () => {
    const ip = freshIp();
    for (let i = 0; i < 12; i++) await withLimit("signIn", ip, async () => "in");
    expect((await countAttempt("signIn", addressBucket(ip))).remaining).toBe(4);
  });

  it("B07 neither does a redirect, nor a fault of ours", async () => {
    const ip = freshIp();
    const redirect = Object.assign(new Error("NEXT_REDIRECT"), { digest: "x" });
    for (const thrown of [redirect, new Refusal("unavailable"), new Error("bug")]) {
      const run = async () => {
        throw thrown;
      };
      for (let i = 0; i < 6; i++)
        await expect(withLimit("signIn", ip, run)).rejects.toBe(thrown);
    }
    expect((await countAttempt("signIn", addressBucket(ip))).remaining).toBe(4);
  });

  it("B07 a refused attempt is never handed back", async () => {
    const ip = freshIp();
    for (let i = 0; i < 20; i++) await withLimit("signIn", ip, wrong).catch(() => {});
    expect((await countAttempt("signIn", addressBucket(ip))).isAllowed).toBe(false);
    const ran = withLimit("signIn", ip, async () => "in");
    await expect(ran).rejects.toThrow("rate_limited");
  });

  it("B12 what counts every call keeps the point of a success", async () => {
    const ip = freshIp();
    await withLimit("mailPerAddress", ip, async () => "sent");
    expect((await countAttempt("mailPerAddress", addressBucket(ip))).remaining).toBe(18);
  });

  it("gives back no more than was taken", async () => {
    const key = newId();
    await countAttempt("signIn", key);
    await refundAttempt("signIn", key);
    expect((await countAttempt("signIn", key)).remaining).toBe(4);
  });
});
