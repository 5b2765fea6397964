// What has to be proved, as data: every row of it, and what no row may say.
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  demandsSecond,
  type FirstFactor,
  offeredAfter,
  policy,
  proofsOf,
  type SecondFactor,
  secondFactors,
} from "@/lib/auth/policy";
import { days, hours, minutes } from "@/lib/config";

const everyFirst = Object.keys(policy.firstFactors) as FirstFactor[];

/** Every set of second factors that somebody can have, in order of strength. */
const everySet = Array.from({ length: 2 ** secondFactors.length }, (_, bits) =>
  secondFactors.filter((_, at) => bits & (1 << at)),
);

describe("what is demanded", () => {
  it("F05 the strongest comes first, and paper last", () => {
    expect(secondFactors).toEqual(["passkey", "totp", "backup_code"]);
  });

  it("F01 of whoever turned it on, everything they have", () => {
    for (const has of everySet) {
      expect(demandsSecond({ role: "user", isOn: true }, has)).toBe(has.length > 0);
      expect(demandsSecond({ role: "user", isOn: false }, has)).toBe(false);
    }
  });

  it("F01 of an admin who has one, whether turned on or not", () => {
    for (const has of everySet) {
      const isEnough = has.includes("passkey") || has.includes("totp");
      expect(demandsSecond({ role: "admin", isOn: false }, has)).toBe(isEnough);
    }
  });

  it("F09 codes on paper guard an account that lost the rest, and begin nothing", () => {
    const paper: SecondFactor[] = ["backup_code"];
    for (const role of ["user", "admin"] as const) {
      expect(demandsSecond({ role, isOn: true }, paper)).toBe(true);
      expect(demandsSecond({ role, isOn: false }, paper)).toBe(false);
    }
  });
});

describe("two factors", () => {
  const original = structuredClone(policy.secondFactors);
  const table = policy.secondFactors as Record<string, { channel: string }>;
  afterEach(() => {
    for (const method of secondFactors) {
      Object.assign(table[method] ?? {}, original[method]);
    }
  });

  it("F04 are offered after every first one, of another channel each", () => {
    for (const first of everyFirst) {
      for (const demanded of everySet) {
        const offered = offeredAfter(first, demanded);
        expect(offered).toEqual(demanded);
        for (const method of offered.filter((one) => one !== "passkey")) {
          const channels = [policy.firstFactors[first], policy.secondFactors[method]];
          expect(new Set(channels.map(({ channel }) => channel)).size).toBe(2);
        }
      }
    }
  });

  it.each(["memory", "mailbox", "authenticator"] as const)(
    "F04 of the channel %s, twice, are never two",
    (channel) => {
      // As if a fork let a code be mailed where one of the app is asked for.
      for (const method of ["totp", "backup_code"] as const) {
        Object.assign(table[method] ?? {}, { channel });
      }
      const demanded: SecondFactor[] = ["passkey", "totp", "backup_code"];
      for (const first of everyFirst) {
        const isSame = policy.firstFactors[first].channel === channel;
        expect(offeredAfter(first, demanded)).toEqual(isSame ? ["passkey"] : demanded);
        expect(offeredAfter(first, ["totp"])).toEqual(isSame ? [] : ["totp"]);
      }
    },
  );

  it("F04 no second factor comes by the mailbox that a first one came by", () => {
    for (const method of secondFactors) {
      expect(policy.secondFactors[method].channel).not.toBe("mailbox");
    }
  });
});

describe("a confirmation without a second factor", () => {
  it.each([
    [
      ["passkey", "password", "email_code"],
      ["passkey", "password"],
    ],
    [["password", "email_code"], ["password"]],
    [["passkey", "email_code"], ["passkey"]],
    [["email_code"], ["email_code"]],
    [["totp", "backup_code", "email_code"], ["email_code"]],
    [[], []],
  ])("F05 of %j takes %j", (has, proofs) => {
    expect(proofsOf(has)).toEqual(proofs);
  });
});

describe("how long", () => {
  it("G06 F07 two factors, a confirmation and trust count is what the documents say", () => {
    expect(policy.aal2).toEqual({ idle: hours(1), lifetime: hours(24) });
    expect(policy.stepUp.lifetime).toBe(minutes(10));
    expect(policy.trustedBrowser.lifetime).toBe(days(30));
    expect(policy.roles.admin).toEqual({
      demandsSecondFactor: true,
      mayTrustBrowsers: false,
    });
  });

  it("D04 whatever can be guessed is what ends after too many tries", () => {
    const guessable = secondFactors.filter((m) => policy.secondFactors[m].isGuessable);
    expect(guessable).toEqual(["totp"]);
  });
});

describe("ways to sign in that are switched off", () => {
  afterEach(() => void vi.unstubAllEnvs());

  async function nodeWith(methods: string) {
    vi.stubEnv("SIGN_IN_METHODS", methods);
    vi.resetModules();
    return (await import("@/lib/auth/policy")).isEnabled;
  }

  it.each([
    ["passkey", ["passkey", "email"]],
    ["password, magic_link", ["password", "magic_link", "email"]],
    ["passkey,password,magic_link", everyFirst],
  ])("F01 with %s open nothing", async (methods, open) => {
    const isEnabled = await nodeWith(methods);
    const enabled = everyFirst.filter(isEnabled);
    expect(enabled.sort()).toEqual([...open].sort());
  });
});
