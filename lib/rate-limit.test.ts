import { describe, expect, it } from "vitest";
import { isUnreachable } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { limitHeaders, withLimit } from "@/lib/http/limit";
import { addressBucket, countAttempt } from "@/lib/rate-limit";

describe("what counts as one client", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:c000:0207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:0:0:192.0.2.7", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("B05 counts %s as %s", (ip, bucket) => {
    expect(addressBucket(ip)).toBe(bucket);
  });

  it("B05 another /64 is another client", () => {
    expect(addressBucket("2001:db8:1:3::1")).not.toBe(addressBucket("2001:db8:1:2::1"));
  });

  it("B04 callers whose address cannot be told are one client", () => {
    expect(addressBucket(null)).toBe(addressBucket(""));
  });
});

describe("with the store out of reach", () => {
  it("B08 an attempt fails with it and is never let through", async () => {
    let hasRun = false;
    const attempt = withLimit("signIn", "192.0.2.1", async () => {
      hasRun = true;
    });
    const error = await attempt.catch((caught) => caught);
    expect(isUnreachable(error)).toBe(true);
    expect(hasRun).toBe(false);
  });

  it("B08 every limit that is shared fails closed", async () => {
    for (const name of ["verifyEmail", "refresh", "mailPerRecipient"] as const) {
      await expect(countAttempt(name, "x")).rejects.toThrow();
    }
  });

  it("B08 a limit that each node counts goes on, and ends", async () => {
    const run = () => withLimit("account", "192.0.2.9", async () => "answer");
    for (let i = 0; i < 120; i++) expect(await run()).toBe("answer");
    const error = await run().catch((caught) => caught);
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "rate_limited", status: 429 });
    expect(error.retryAfter).toBeGreaterThan(0);
    // What counts every call gives nothing back.
    expect((await countAttempt("account", "192.0.2.9")).isAllowed).toBe(false);
  });
});

it("tells where a client stands, in whole seconds", () => {
  const stand = { isAllowed: true, limit: 5, remaining: 3, window: 600_000 };
  expect(limitHeaders({ ...stand, name: "signIn", resetIn: 1001 })).toEqual({
    "RateLimit-Policy": '"signIn";q=5;w=600',
    RateLimit: '"signIn";r=3;t=2',
  });
});
