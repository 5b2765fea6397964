// A sign-in link counts once and for ten minutes, and what no mail said never does.
import { describe, expect, it } from "vitest";
import { linkToken } from "@/lib/auth/challenge";
import { readMagicLink } from "@/lib/auth/magic-link/redeem";
import { findMagicLink } from "@/lib/auth/magic-link/request";
import { minutes, seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import {
  type AskedLink,
  askForLink,
  readLinkRow,
  redeem,
  refused,
  sessionsOf,
} from "@/tests/magic-links";
import { makeUser } from "@/tests/people";
import { ageChallenge, newAddress, wrongCode } from "@/tests/secrets";

const kinds = ["link", "code"] as const;
const proofOf = ({ token, code }: AskedLink, kind: (typeof kinds)[number]) =>
  kind === "link" ? { token } : { code };

describe("its end", () => {
  it.each(kinds)("C02 the %s works once", async (kind) => {
    const user = await makeUser();
    const asked = await askForLink(user.email);
    const proof = proofOf(asked, kind);
    expect((await redeem(asked, { proof })).status).toBe("finished");
    for (const again of kinds) {
      const second = await redeem(asked, { proof: proofOf(asked, again) });
      expect(second).toEqual(refused("used"));
    }
    expect(await readMagicLink(asked.token, asked.handle)).toEqual({ state: "used" });
    expect(await sessionsOf(user.id)).toBe(1);
  });

  it.each(kinds)(
    "C03 the %s works in the tenth minute, and not in the eleventh",
    async (kind) => {
      const user = await makeUser();
      const asked = await askForLink(user.email);
      const proof = proofOf(asked, kind);
      await ageChallenge(asked.id, minutes(10));
      expect(await redeem(asked, { proof })).toEqual(refused("expired"));
      expect(await readMagicLink(asked.token, null)).toEqual({ state: "expired" });
      expect(await findMagicLink(asked.handle)).toBeNull();
      expect(await sessionsOf(user.id)).toBe(0);
      await ageChallenge(asked.id, -seconds(30));
      expect((await redeem(asked, { proof })).status).toBe("finished");
    },
  );

  it.each(kinds)("C05 C8 the %s that a newer mail replaced says so", async (kind) => {
    const asked = await askForLink(newAddress());
    await askForLink(asked.email);
    const proof = proofOf(asked, kind);
    expect(await redeem(asked, { proof })).toEqual(refused("replaced"));
    expect(await readMagicLink(asked.token, null)).toEqual({ state: "replaced" });
  });

  it("C02 five wrong codes end the code, and not the link", async () => {
    const user = await makeUser();
    const asked = await askForLink(user.email);
    const { code } = asked;
    for (let step = 1; step <= 5; step++) {
      const proof = { code: wrongCode(code, step) };
      expect(await redeem(asked, { proof })).toEqual(refused("wrong"));
    }
    expect(await redeem(asked, { proof: { code } })).toEqual(refused("wrong"));
    expect(await sessionsOf(user.id)).toBe(0);
    expect((await redeem(asked)).status).toBe("finished");
  });

  it("C02 a code that is typed with spaces or dashes is the same code", async () => {
    const asked = await askForLink(newAddress());
    const code = ` ${asked.code.slice(0, 3)}-${asked.code.slice(3)} `;
    expect((await redeem(asked, { proof: { code } })).status).toBe("finished");
  });
});

describe("what no mail said", () => {
  const garbled: Record<string, (token: string) => string> = {
    empty: () => "",
    "the word null": () => "null",
    "the id alone": (token) => token.slice(0, 22),
    "the id and a dot": (token) => token.slice(0, 23),
    "cut short": (token) => token.slice(0, -1),
    "too long": (token) => `${token}A`,
    "on two lines": (token) => `${token}\n`,
    "another id": (token) => newId() + token.slice(22),
    "another's proof": (token) =>
      token.slice(0, 22) + linkToken("magic-link", newId()).slice(22),
    "the proof of another purpose": (token) =>
      linkToken("registration", token.slice(0, 22)),
    "of a row that never was": () => linkToken("magic-link", newId()),
    wildcards: () => `${"%".repeat(22)}.${"_".repeat(43)}`,
  };

  it.each(Object.keys(garbled))(
    "C15 a token that is %s matches nothing",
    async (kind) => {
      const user = await makeUser();
      const asked = await askForLink(user.email);
      const before = await readLinkRow(asked.id);
      const token = garbled[kind]?.(asked.token) ?? "";
      expect(await redeem(asked, { proof: { token } })).toEqual(refused("wrong"));
      expect(await readMagicLink(token, asked.handle)).toEqual({ state: "unknown" });
      expect(await readLinkRow(asked.id)).toEqual(before);
      expect(await sessionsOf(user.id)).toBe(0);
    },
  );

  it.each(["", " ", "-", "null", "000000 000000", "%", "①②③④⑤⑥"])(
    "C15 the code %j matches nothing",
    async (code) => {
      const asked = await askForLink(newAddress());
      expect(await redeem(asked, { proof: { code } })).toEqual(refused("wrong"));
      expect(await db().user.count({ where: { email: asked.email } })).toBe(0);
    },
  );
});
