// A refresh token is derived, never stored: what makes one, and what does not.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Derivation,
  deriveRefreshToken,
  isGenuine,
  parseRefreshToken,
} from "@/lib/auth/refresh-token/judge";
import { newId, randomSecret } from "@/lib/crypto";

const session: Derivation = { id: newId(), channel: "browser", secret: randomSecret() };

function isAccepted(token: string, by: Derivation = session): boolean {
  const presented = parseRefreshToken(token);
  return presented !== null && presented.id === by.id && isGenuine(by, presented);
}

describe("refresh tokens", () => {
  it("I01 one generation is one token, so that losers of a race get the winner's", () => {
    const token = deriveRefreshToken(session, 3);
    expect(deriveRefreshToken(session, 3)).toBe(token);
    expect(isAccepted(token)).toBe(true);
  });

  it("I09 a token is of one session, generation and channel, by that row's secret", () => {
    const token = deriveRefreshToken(session, 3);
    const [id, , proof] = token.split(".");
    expect(isAccepted(`${id}.4.${proof}`)).toBe(false);
    expect(isAccepted(`${id}.2.${proof}`)).toBe(false);
    for (const other of [
      { ...session, channel: "native" },
      { ...session, secret: randomSecret() },
      { ...session, id: newId() },
    ]) {
      expect(isAccepted(token.replace(session.id, other.id), other)).toBe(false);
    }
  });

  it("I09 no guess at a MAC is genuine, however it is made", () => {
    const character = fc.constantFrom(..."ABCxyz019-_");
    const proofs = fc.string({ unit: character, minLength: 43, maxLength: 43 });
    fc.assert(
      fc.property(fc.nat(9), proofs, (generation, proof) => {
        expect(isAccepted(`${session.id}.${generation}.${proof}`)).toBe(false);
      }),
    );
  });

  it("I03 what is not exactly a token of ours is not read at all", () => {
    const token = deriveRefreshToken(session, 3);
    const [id, , proof] = token.split(".");
    const generations = [
      "03",
      "+3",
      "-1",
      "3.0",
      "3e0",
      "0x3",
      "",
      " 3",
      "1234567890",
      "٣",
    ];
    for (const generation of generations) {
      expect(parseRefreshToken(`${id}.${generation}.${proof}`)).toBeNull();
    }
    const others = ["", ".", "..", id, `${token}.`, `${token}=`, ` ${token}`];
    for (const other of [...others, `${token}\n`, `${token}x`, "' OR 1=1 --"]) {
      expect(parseRefreshToken(String(other))).toBeNull();
    }
  });

  it("I03 reading never throws, whatever is sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parseRefreshToken(text)).toBeNull();
      }),
    );
  });
});
