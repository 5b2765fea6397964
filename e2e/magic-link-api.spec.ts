// Sign-in links over the API: used once, in the browser that asked, and by nothing
// but a POST of our own pages.
import { ApiClient, newAddress } from "./api-client";
import { expect, makePerson, makeSignedOut, newEmail, test } from "./fixtures";
import { linkIn } from "./mailbox";
import {
  askForLink,
  grantsOf,
  linkSubjects,
  magicLink,
  redeeming,
  sessionsOf,
  wrongCode,
} from "./passwordless-api";
import { rawRequest } from "./raw-request";
import { cookiesSetBy, secondNode } from "./sessions";

const pendingCookie = "latchkey-pending";

test("C02 thirty parallel uses of one link, over two nodes, begin one session", async ({
  app,
}) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  const bases = [app.url, (await secondNode(app)).url];
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, at) =>
      client.copy().post(redeeming, at % 3 === 0 ? { code } : { token }, {
        base: bases[at % 2],
        headers: { "x-forwarded-for": newAddress() },
      }),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array(29).fill(401)]);
  expect(await sessionsOf(app, email)).toBe(1);
  const again = await client.copy().post(redeeming, { token });
  expect([again.status, grantsOf(again)]).toEqual([401, []]);
});

test("C02 C14 thirty parallel uses of a link to a new account make one account", async ({
  app,
}) => {
  const email = newEmail();
  const asking = { subject: linkSubjects.unknown };
  const { client, token } = await askForLink(app, email, asking);
  const bases = [app.url, (await secondNode(app)).url];
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, at) =>
      client.copy().post(
        redeeming,
        { token },
        {
          base: bases[at % 2],
          headers: { "x-forwarded-for": newAddress() },
        },
      ),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array(29).fill(401)]);
  const users = await app.sql(`SELECT password_hash FROM "user" WHERE email = $1`, [
    email,
  ]);
  expect(users).toEqual([{ password_hash: null }]);
  expect(await sessionsOf(app, email)).toBe(1);
});

test("C03 a link and its code are dead after ten minutes", async ({ app }) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  const [row] = await app.sql(
    "SELECT extract(epoch FROM expires_at - created_at)::int AS s FROM challenge WHERE id = $1",
    [token.slice(0, 22)],
  );
  expect(row?.s).toBe(600);
  await app.sql("UPDATE challenge SET expires_at = now() WHERE id = $1", [
    token.slice(0, 22),
  ]);
  for (const body of [{ token }, { code }]) {
    const { status, json } = await client.copy().post(redeeming, body);
    expect([status, json.code, json.reason]).toEqual([401, "invalid_code", "expired"]);
  }
  expect(await sessionsOf(app, email)).toBe(0);
});

test("C05 a link counts in the browser that asked; elsewhere it signs nobody in, and is not used up", async ({
  app,
}) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  // Who asked for a link himself, in a browser of his own, is no better off.
  const waiting = await askForLink(app, (await makeSignedOut(app)).email);
  const strangers = [new ApiClient(app.url), waiting.client.copy()];
  for (const stranger of strangers) {
    const { status, json, headers } = await stranger.post(redeeming, { token });
    expect([status, json.code, json.reason]).toEqual([
      401,
      "invalid_code",
      "other_browser",
    ]);
    expect(cookiesSetBy({ headers }).has("latchkey-refresh")).toBe(false);
    expect((await stranger.post(redeeming, { code })).status).toBe(401);
  }
  expect(await sessionsOf(app, email)).toBe(0);
  const answer = await client.post(redeeming, { token });
  expect([answer.status, answer.json.status]).toEqual([200, "signed_in"]);
  expect([answer.json.session.aal, answer.json.session.amr]).toEqual([1, ["email"]]);
  expect(cookiesSetBy(answer).get(pendingCookie)).toBe("");
});

test("C05 the newer link ends the older one, whoever asked for it", async ({ app }) => {
  const { email } = await makeSignedOut(app);
  const first = await askForLink(app, email);
  const second = await askForLink(app, email);
  for (const body of [{ token: first.token }, { code: first.code }]) {
    const { status, json } = await first.client.post(redeeming, body);
    expect([status, json.reason]).toEqual([401, "replaced"]);
  }
  expect((await second.client.post(redeeming, { code: ` ${second.code} ` })).status).toBe(
    200,
  );
});

test("C05 five wrong codes kill the code and leave the link", async ({ app }) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  for (let n = 0; n < 5; n++) {
    const { status, json } = await client.post(redeeming, { code: wrongCode(code) });
    expect([status, json.code]).toEqual([401, "invalid_code"]);
  }
  expect((await client.post(redeeming, { code })).status).toBe(401);
  expect((await client.post(redeeming, { token })).status).toBe(200);
});

test("C06 a stranger's link, sent to somebody who is signed in, leaves them who they are", async ({
  app,
}) => {
  const stranger = await makePerson(app);
  const asked = await askForLink(app, stranger.person.email, { client: stranger.client });
  const { client, person } = await makePerson(app);
  const { status, json } = await client.post(redeeming, { token: asked.token });
  expect([status, json.reason]).toEqual([401, "other_browser"]);
  expect((await client.get("/api/auth/session")).json.user.email).toBe(person.email);
});

test("C07 GET and HEAD, by whatever scanner, use nothing up and set nothing", async ({
  app,
}) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  const scanner = client.copy();
  const before = scanner.cookieHeader;
  const kinds: Record<string, string>[] = [
    {},
    { "sec-purpose": "prefetch", purpose: "prefetch" },
    { rsc: "1" },
    { "next-router-prefetch": "1", rsc: "1" },
  ];
  const paths = ["/magic-link", magicLink, redeeming, "/check-email"];
  for (const path of paths.flatMap((at) => [at, `${at}?token=${token}&code=${code}`])) {
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      for (const headers of kinds) {
        const answer = await scanner.call(method, path, { headers });
        expect(grantsOf(answer), path).toEqual([]);
      }
    }
  }
  expect(scanner.cookieHeader.split("; ")).toEqual(
    expect.arrayContaining(before.split("; ")),
  );
  const foreign = { headers: { origin: "https://scanner.example" } };
  expect((await client.copy().post(redeeming, { token }, foreign)).status).toBe(403);
  expect(await sessionsOf(app, email)).toBe(0);
  expect((await client.post(redeeming, { token })).status).toBe(200);
});

test("C09 whatever host the request names, the link in the mail leads to us", async ({
  app,
}) => {
  const hostile: Record<string, string>[] = [
    { host: "evil.example" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    { forwarded: "host=evil.example;proto=https" },
    { "x-original-host": "evil.example", "x-rewrite-url": "https://evil.example/" },
  ];
  for (const headers of hostile) {
    const email = newEmail();
    const answer = await rawRequest(app.url, magicLink, {
      method: "POST",
      headers: {
        origin: app.url,
        "content-type": "application/json",
        "x-forwarded-for": newAddress(),
        ...headers,
      },
      body: JSON.stringify({ email, next: "https://evil.example/" }),
    });
    expect(answer.status).toBe(202);
    const mail = await app.mailbox.waitFor(email, linkSubjects.unknown);
    expect(linkIn(mail)).toMatch(`${app.url}/magic-link#token=`);
    expect(mail.raw).not.toContain("evil");
  }
});

test("C15 a redemption of nothing, in any form, is nobody's", async ({ app }) => {
  const { email } = await makeSignedOut(app);
  const { client } = await askForLink(app, email);
  const nothing = [
    {},
    { token: null },
    { token: "" },
    { token: [] },
    { token: {} },
    { code: "" },
  ];
  for (const body of [
    ...nothing,
    { code: null },
    { token: { not: "" } },
    { code: ["1"] },
  ]) {
    for (const browser of [client.copy(), new ApiClient(app.url)]) {
      const { status, json } = await browser.post(redeeming, body);
      expect([status, json.code], JSON.stringify(body)).toEqual([400, "invalid_request"]);
    }
  }
  expect(await sessionsOf(app, email)).toBe(0);
});
