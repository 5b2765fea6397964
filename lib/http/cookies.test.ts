import { describe, expect, it } from "vitest";
import { deviceHashOf, newDeviceCookie } from "@/lib/auth/client";
import { days } from "@/lib/config";
import {
  type CookieJar,
  clearPending,
  clearSession,
  hasDevice,
  readCookies,
  readTheme,
  replaceCookies,
  withDrawnCookies,
  writeDevice,
  writePending,
  writeSession,
  writeTheme,
} from "@/lib/http/cookies";
import { renewedHeader } from "@/lib/http/request-listener";

type Written = { value: string } & Parameters<CookieJar["set"]>[2];

class Jar implements CookieJar {
  readonly written = new Map<string, Written>();
  set(name: string, value: string, options: Parameters<CookieJar["set"]>[2]) {
    this.written.set(name, { value, ...options });
  }
}

const read = (cookie?: string) => readCookies(new Headers(cookie ? { cookie } : {}));

describe("reading", () => {
  it("L02 takes each cookie once, among others", () => {
    const found = read(
      "a=b; latchkey-access=x.y; theme=dark;latchkey-refresh=r; latchkey-device=d",
    );
    expect(found).toEqual({
      access: "x.y",
      refresh: "r",
      pending: null,
      ceremony: null,
      device: "d",
      isTossed: false,
      hasAny: true,
    });
  });

  it.each([
    ["next to each other", "latchkey-access=a; latchkey-access=b"],
    ["in the other order", "latchkey-access=b; x=y; latchkey-access=a"],
    ["equal ones", "latchkey-refresh=a; latchkey-refresh=a"],
    ["one of them empty", "latchkey-refresh=; latchkey-refresh=a"],
    ["without a space", "latchkey-device=a;latchkey-device=b"],
    ["of the pending kind", "latchkey-pending=a; latchkey-access=x; latchkey-pending=b"],
  ])("L02 two of one name, %s, leave the request anonymous", (_what, cookie) => {
    expect(read(cookie)).toEqual({
      access: null,
      refresh: null,
      pending: null,
      ceremony: null,
      device: null,
      isTossed: true,
      hasAny: true,
    });
  });

  it.each([
    ["chunks of ours", "latchkey-access.0=a; latchkey-access.1=b"],
    ["the https name on plain http", "__Host-latchkey-access=a"],
    ["another case", "Latchkey-Access=a"],
    ["a longer name", "xlatchkey-access=a"],
    ["an encoded name", "latchkey%2daccess=a"],
    ["a name alone", "latchkey-access"],
    ["an empty value", "latchkey-access="],
  ])("L02 %s are not ours", (_what, cookie) => {
    expect(read(cookie)).toMatchObject({ access: null, isTossed: false, hasAny: true });
  });

  it("knows that there is none", () => {
    expect(read()).toMatchObject({ hasAny: false, isTossed: false });
    expect(read(" ; ;")).toMatchObject({ hasAny: false });
  });
});

describe("writing", () => {
  const accessToken = { token: "a.b.c", expiresAt: new Date(Date.now() + 900_000) };
  const session = { expiresAt: new Date(Date.now() + days(30)), isPersistent: true };
  const attributes = { httpOnly: true, path: "/", sameSite: "lax", secure: false };

  it("L01 keeps both tokens from scripts and from other hosts", () => {
    const jar = new Jar();
    writeSession(jar, { accessToken, refreshToken: "r", session });
    expect(Object.fromEntries(jar.written)).toEqual({
      "latchkey-access": {
        value: "a.b.c",
        ...attributes,
        maxAge: expect.closeTo(900, -1),
      },
      "latchkey-refresh": {
        value: "r",
        ...attributes,
        maxAge: expect.closeTo(days(30) / 1000, -1),
      },
    });
    for (const cookie of jar.written.values())
      expect(cookie).not.toHaveProperty("domain");
  });

  it("L01 forgets the refresh token with the browser when it was not to be kept", () => {
    const jar = new Jar();
    writeSession(jar, {
      accessToken,
      refreshToken: "r",
      session: { ...session, isPersistent: false },
    });
    for (const cookie of jar.written.values()) {
      expect(cookie).not.toHaveProperty("maxAge");
    }
  });

  it("I06 does not send a refresh token again that has not changed", () => {
    const jar = new Jar();
    writeSession(jar, { accessToken, refreshToken: "r", session, isUnchanged: true });
    expect([...jar.written.keys()]).toEqual(["latchkey-access"]);
  });

  it("expires what it clears, with the attributes it was set with", () => {
    const jar = new Jar();
    clearSession(jar);
    clearPending(jar);
    expect([...jar.written.keys()]).toEqual([
      "latchkey-access",
      "latchkey-refresh",
      "latchkey-pending",
    ]);
    for (const cookie of jar.written.values()) {
      expect(cookie).toEqual({ value: "", ...attributes, maxAge: 0 });
    }
  });

  it("keeps a pending handle for as long as it is told", () => {
    const jar = new Jar();
    writePending(jar, "handle", days(1));
    expect(jar.written.get("latchkey-pending")?.maxAge).toBe(days(1) / 1000);
  });
});

describe("the device cookie", () => {
  it("I04 is never replaced while it is one of ours", () => {
    const jar = new Jar();
    const cookie = newDeviceCookie();
    expect(hasDevice(cookie)).toBe(true);
    expect(writeDevice(jar, cookie)).toEqual(deviceHashOf(cookie));
    expect(jar.written.get("latchkey-device")?.value).toBe(cookie);
  });

  it.each([null, "", "x", `${"a".repeat(22)}.${"b".repeat(43)}`])(
    "I04 is made anew in place of %j",
    (cookie) => {
      const jar = new Jar();
      expect(hasDevice(cookie)).toBe(false);
      const bound = writeDevice(jar, cookie);
      const made = jar.written.get("latchkey-device")?.value ?? "";
      expect(made).not.toBe(cookie);
      expect(deviceHashOf(made)).toEqual(bound);
      expect(bound).toHaveLength(32);
    },
  );
});

describe("the request's own copy", () => {
  it("I11 holds the new pair once, and everything else as it was", () => {
    const cookie =
      "a=1; latchkey-access=old; b=2;latchkey-refresh=old; latchkey-access=x";
    const headers = new Headers({ cookie });
    replaceCookies(headers, { access: "A", refresh: "R" });
    expect(headers.get("cookie")).toBe("a=1; b=2; latchkey-access=A; latchkey-refresh=R");
    expect(readCookies(headers)).toMatchObject({
      access: "A",
      refresh: "R",
      isTossed: false,
    });
  });

  it("I11 works where there was none", () => {
    const headers = new Headers();
    replaceCookies(headers, { access: "A" });
    expect(headers.get("cookie")).toBe("latchkey-access=A");
  });
});

describe("the theme", () => {
  it.each([
    ["theme=dark", "dark"],
    ["a=b; theme=light", "light"],
    ["theme=system", "system"],
    ["theme=<script>", "system"],
    ["theme=darker", "system"],
    ["xtheme=dark", "system"],
    ["", "system"],
  ])("reads %j as %s", (cookie, theme) => {
    expect(readTheme(new Headers({ cookie }))).toBe(theme);
  });

  it("is forgotten when it is the system's", () => {
    const jar = new Jar();
    writeTheme(jar, "system");
    expect(jar.written.get("theme")?.maxAge).toBe(0);
  });
});

describe("the headers that a page is drawn again from", () => {
  const sent = new Headers({ cookie: "latchkey-access=a.b.c; theme=dark" });
  const drawn = (cookie: string) => withDrawnCookies(sent, cookie);

  it("have the cookies that the action has just written", () => {
    const { access } = readCookies(drawn("latchkey-access=d.e.f; Path=/; theme=dark"));
    expect(access).toBe("d.e.f");
    expect(readCookies(sent).access).toBe("a.b.c");
  });

  it("I05 tell of tokens that no browser has yet, so that a lost answer is no theft", () => {
    expect(drawn("latchkey-access=d.e.f").get(renewedHeader)).toBe("1");
    expect(drawn("latchkey-access=a.b.c; theme=light").get(renewedHeader)).toBeNull();
  });

  it("L02 go on telling that a cookie came twice", () => {
    const twice = new Headers({ cookie: "latchkey-access=a.b.c; latchkey-access=d.e.f" });
    const { isTossed, access } = readCookies(
      withDrawnCookies(twice, "latchkey-access=d.e.f"),
    );
    expect([isTossed, access]).toEqual([true, null]);
  });
});
