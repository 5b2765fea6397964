import { expect, it } from "vitest";
import {
  clearSession,
  readCookies,
  writePending,
  writeSession,
} from "@/lib/http/cookies";

process.env.APP_URL = "https://app.example";

type Set = [name: string, value: string, options: { secure: boolean; path: string }];

it("L01 every security cookie is __Host- and Secure where the site is https", () => {
  const written: Set[] = [];
  const jar = { set: (...cookie: Set) => written.push(cookie) };
  const expiresAt = new Date(Date.now() + 1000);
  const session = { expiresAt, isPersistent: true };
  writeSession(jar, {
    accessToken: { token: "a", expiresAt },
    refreshToken: "r",
    session,
  });
  writePending(jar, "p", 1000);
  clearSession(jar);
  expect(written).toHaveLength(5);
  for (const [name, , options] of written) {
    expect(name).toMatch(/^__Host-latchkey-(access|refresh|pending)$/);
    expect(options).toMatchObject({ secure: true, path: "/", httpOnly: true });
  }
});

it("L02 a cookie without the prefix, which a sub-domain can set, is not read", () => {
  const headers = new Headers({
    cookie: "latchkey-access=evil; __Host-latchkey-access=own",
  });
  expect(readCookies(headers)).toMatchObject({ access: "own", isTossed: false });
});
