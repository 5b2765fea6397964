import { expect, it } from "vitest";
import { config, days, hours, minutes, seconds } from "@/lib/config";

it("counts every duration in milliseconds", () => {
  expect([seconds(1), minutes(1), hours(1), days(1)]).toEqual([
    1000, 60_000, 3_600_000, 86_400_000,
  ]);
  expect(minutes(0.5)).toBe(30_000);
});

it("C03 keeps mailed codes and pending sign-ins within what NIST allows", () => {
  expect(config.challenge.registration).toBe(hours(24));
  expect(config.challenge.signIn).toBe(minutes(10));
  expect(config.challenge.maxAttempts).toBe(5);
});

it("I06 tolerates late answers for less time than a token must age to rotate", () => {
  const { grace, minAge } = config.refreshToken;
  expect(grace).toBeLessThan(minAge);
  expect(minAge).toBeLessThan(config.accessToken.lifetime);
});

it("A09 asks of argon2id at least what OWASP does", () => {
  const { memoryCost, timeCost, parallelism } = config.password.argon2;
  expect(memoryCost).toBeGreaterThanOrEqual(19_456);
  expect(timeCost).toBeGreaterThanOrEqual(2);
  expect(parallelism).toBe(1);
});

it("B07 counts failed sign-ins where every node sees them", () => {
  const { signIn, verifyEmail, refresh } = config.rateLimits;
  for (const limit of [signIn, verifyEmail, refresh]) {
    expect(limit).toMatchObject({ store: "database", failuresOnly: true });
  }
  expect(signIn).toMatchObject({ points: 5, per: minutes(10) });
});
