// What the cookies are, and what becomes of those that somebody else put there.
import type { Answer, ApiClient } from "./api-client";
import { expect, makePerson, type Person, signIn, signInPage, test } from "./fixtures";
import { formWith, submit } from "./forms";
import { age, cookiesSetBy, isShutOut, minutes, refresh, rowOf } from "./sessions";

const accessCookie = "latchkey-access";
const refreshCookie = "latchkey-refresh";
const pendingCookie = "latchkey-pending";
const deviceCookie = "latchkey-device";

function lineOf(answer: Answer, name: string): string {
  const line = answer.headers.getSetCookie().find((set) => set.startsWith(`${name}=`));
  if (!line) throw new Error(`the answer does not set ${name}`);
  return line;
}

test("L01 no script and no other site can read a cookie, and none is large", async ({
  api,
  person,
}) => {
  const { email, password } = person;
  const registered = await api.post("/api/auth/register", {
    email: `x${email}`,
    password,
  });
  const answer = await api.post("/api/auth/login", { email, password });
  const lines = [
    lineOf(registered, pendingCookie),
    ...[accessCookie, refreshCookie, deviceCookie].map((name) => lineOf(answer, name)),
  ];
  for (const line of lines) {
    expect(line).toMatch(/; Path=\/(;|$)/);
    expect(line).toMatch(/; HttpOnly(;|$)/i);
    expect(line).toMatch(/; SameSite=lax(;|$)/i);
    expect(line).not.toMatch(/domain=/i);
    expect(Buffer.byteLength(line)).toBeLessThan(4096);
  }
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("L01 no answer, page or storage of the browser ever holds a token", async ({
  app,
  page,
  person,
}) => {
  const bodies: Promise<string>[] = [];
  page.on("response", (response) => {
    bodies.push(response.text().catch(() => ""));
    bodies.push(Promise.resolve(response.url()));
  });
  await signInPage(page, person);
  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(2);
  await page.reload();
  await page.evaluate(() =>
    fetch("/api/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    }).then((answer) => answer.text()),
  );
  const kept = await page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
  );
  const seen = [kept, await page.content(), ...(await Promise.all(bodies))].join("\n");
  const cookies = await page.context().cookies(app.url);
  const open = ["theme", "last-method"];
  const secrets = cookies.filter(({ name }) => !open.includes(name));
  expect(secrets.length).toBeGreaterThanOrEqual(3);
  for (const { name, value } of secrets) {
    expect(seen.includes(value), name).toBe(false);
    // The part that proves it, however the rest was taken apart.
    expect(seen.includes(value.split(".").at(-1) ?? ""), name).toBe(false);
  }
  expect(seen).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
});

test("L01 a browser that is not to be kept signed in forgets its tokens when it closes", async ({
  app,
  api,
  person,
}) => {
  const form = formWith((await api.get("/login")).text, "Keep me signed in");
  const { email, password } = person;
  const started = await submit(api, "/login", form, { fields: { email, password } });
  const { session } = (await api.get("/api/auth/session")).json;
  await age(app, session.id, minutes(2));
  const renewed = await refresh(api);
  await age(app, session.id, minutes(20));
  api.cookies.delete(accessCookie);
  const shown = await api.get("/dashboard");
  expect((await rowOf(app, session.id)).generation).toBe(2);
  for (const answer of [started, renewed, shown]) {
    expect(lineOf(answer, refreshCookie)).not.toMatch(/expires|max-age/i);
    expect(lineOf(answer, accessCookie)).not.toMatch(/expires|max-age/i);
  }
});

test("L01 a browser that is kept signed in keeps its tokens to the session's end", async ({
  app,
  api,
  person,
}) => {
  const { email, password } = person;
  const answer = await api.post("/api/auth/login", { email, password, remember: true });
  const end = /expires=([^;]+)/i.exec(lineOf(answer, refreshCookie))?.[1] ?? "";
  const { id, expiresAt } = answer.json.session;
  expect(Math.abs(Date.parse(end) - Date.parse(expiresAt))).toBeLessThan(5000);
  await age(app, id, minutes(2));
  expect(lineOf(await refresh(api), refreshCookie)).toMatch(/expires=/i);
});

for (const name of [accessCookie, refreshCookie, deviceCookie, pendingCookie]) {
  for (const order of ["before", "after"]) {
    test(`L02 a second ${name} ${order} the real one makes the request anonymous`, async ({
      app,
    }) => {
      const { client } = await makePerson(app);
      client.cookies.set(pendingCookie, client.cookies.get(pendingCookie) ?? "real");
      const planted = `${name}=planted`;
      const real = client.cookieHeader;
      const cookie = order === "before" ? `${planted}; ${real}` : `${real}; ${planted}`;
      const requestId = `tossed-${name}-${order}`;
      const headers = { cookie, "x-request-id": requestId };

      const asked = await client.copy().get("/api/auth/session", { headers });
      expect(asked.json).toBeNull();
      const renewal = await client.copy().post("/api/auth/refresh", {}, { headers });
      expect(renewal.status).toBe(401);
      const page = await client.copy().get("/dashboard", { headers });
      expect(page.status).toBe(307);
      for (const answer of [asked, renewal, page]) {
        expect(cookiesSetBy(answer).get(accessCookie)).toBe("");
        expect(cookiesSetBy(answer).get(refreshCookie)).toBe("");
      }
      const told = app.first.lines.filter((line) => line.includes(requestId));
      expect(told.filter((line) => line.includes("duplicate_cookie"))).toHaveLength(3);
      // Nobody's session ended for it.
      expect((await client.get("/api/account/sessions")).status).toBe(200);
    });
  }
}

test("L02 cookies of similar names shadow nothing", async ({ app }) => {
  const { client, session } = await makePerson(app);
  const other = (await makePerson(app)).client;
  const token = other.cookies.get(accessCookie);
  const planted = [
    `__Host-${accessCookie}`,
    `__Secure-${accessCookie}`,
    accessCookie.toUpperCase(),
    `${accessCookie}.0`,
    `${accessCookie}.1`,
    `${accessCookie}%20`,
    `${accessCookie}[]`,
    "authjs.session-token",
  ].map((name) => `${name}=${token}`);
  for (const cookie of [
    [...planted, client.cookieHeader].join("; "),
    [client.cookieHeader, ...planted].join("; "),
  ]) {
    const answer = await client.get("/api/auth/session", { headers: { cookie } });
    expect(answer.json.session.id).toBe(session.id);
  }
  for (const cookie of planted) {
    const answer = await other.copy().get("/api/auth/session", { headers: { cookie } });
    expect(answer.json).toBeNull();
  }
});

/** An attacker who can write cookies puts every one there beforehand. */
async function signInOver(client: ApiClient, { email, password }: Person) {
  const answer = await client.post("/api/auth/login", { email, password });
  expect(answer.status).toBe(200);
  return answer;
}

test("G01 every cookie put there before the sign-in is replaced, and its session ends", async ({
  app,
  person,
}) => {
  const attacker = await makePerson(app);
  const victim = attacker.client.copy();
  victim.cookies.set(pendingCookie, "planted");
  const planted = new Map(victim.cookies);
  const answer = await signInOver(victim, person);
  for (const name of [accessCookie, refreshCookie]) {
    expect(victim.cookies.get(name)).toBeTruthy();
    expect(victim.cookies.get(name)).not.toBe(planted.get(name));
  }
  expect(victim.cookies.has(pendingCookie)).toBe(false);
  expect(answer.json.session.id).not.toBe(attacker.session.id);
  expect((await rowOf(app, attacker.session.id)).endReason).toBe("replaced");
  expect(await isShutOut(attacker.client, [app.url])).toBe(true);
});

test("G01 no id of an attacker's choice is ever adopted", async ({
  app,
  api,
  person,
}) => {
  const chosen = "AAAAAAAAAAAAAAAAAAAAAA";
  const mac = "A".repeat(43);
  api.cookies.set(accessCookie, `${chosen}.${chosen}.${mac}`);
  api.cookies.set(refreshCookie, `${chosen}.0.${mac}`);
  api.cookies.set(deviceCookie, `${chosen}.${mac}`);
  api.cookies.set(pendingCookie, `${chosen}.${mac}`);
  const answer = await signInOver(api, person);
  expect(answer.json.session.id).not.toBe(chosen);
  expect(api.cookieHeader).not.toContain(chosen);
  expect(await app.sql("SELECT 1 FROM session WHERE id = $1", [chosen])).toEqual([]);
});

test("G01 a token of somebody else, guessed or altered, ends nobody's session", async ({
  app,
  person,
}) => {
  const { client, session } = await makePerson(app);
  const altered = client.cookies.get(refreshCookie)?.replace(/.{5}$/, "AAAAA") ?? "";
  const forger = await signIn(app, person);
  forger.cookies.set(refreshCookie, altered);
  await signInOver(forger, person);
  forger.cookies.set(refreshCookie, altered);
  expect((await refresh(forger)).status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBeNull();
});
