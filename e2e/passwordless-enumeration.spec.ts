// Nobody learns from links and passkeys who has an account, nobody gets around their
// limits, and no stranger's guesses keep the owner from using them.

import { tryToSignIn } from "./account-api";
import { expectAllAlike, expectSameRows } from "./alike";
import { ApiClient, newAddress } from "./api-client";
import { expect, makePerson, newEmail, test } from "./fixtures";
import {
  ask,
  askForLink,
  ceremonies,
  enter,
  magicLink,
  makeHolder,
  redeeming,
  signInWith,
} from "./passwordless-api";
import { type RawAnswer, rawRequest } from "./raw-request";
import { makeGuarded, secondFactor } from "./second-factors";
import { Installation } from "./server";

const wrong = "a wrong but long password";
const { signIn } = ceremonies;

type Call = { cookie?: string; headers?: Record<string, string> };

function post(base: string, path: string, body: object, { cookie, headers }: Call = {}) {
  return rawRequest(base, path, {
    method: "POST",
    headers: {
      origin: base,
      "content-type": "application/json",
      "x-forwarded-for": newAddress(),
      ...(cookie && { cookie }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

async function makeEveryKind(app: Installation): Promise<Record<string, string>> {
  const [known, banned, passkey] = [
    await makePerson(app),
    await makePerson(app),
    await makeHolder(app),
  ];
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [banned.user.id]);
  const unverified = newEmail();
  await new ApiClient(app.url).post("/api/auth/register", { email: unverified });
  return {
    unknown: newEmail(),
    known: known.person.email,
    banned: banned.person.email,
    passkey: passkey.person.email,
    "with two factors": (await makeGuarded(app)).person.email,
    unverified,
  };
}

test("B09 E12 asking for a sign-in link answers alike for every kind of address, the fifth time too", async ({
  app,
}) => {
  const kinds = Object.entries(await makeEveryKind(app));
  for (let time = 1; time <= 5; time++) {
    const answers: Record<string, RawAnswer> = {};
    for (const [kind, email] of kinds) {
      answers[kind] = await post(app.url, magicLink, { email });
    }
    expectAllAlike(answers, 202);
  }
});

test("B09 a wrong code or link answers alike for every kind of address", async ({
  app,
}) => {
  const answers: Record<string, RawAnswer> = {};
  for (const [kind, email] of Object.entries(await makeEveryKind(app))) {
    const asked = await post(app.url, magicLink, { email });
    const cookie = asked.setCookies.map((line) => line.split(";")[0]).join("; ");
    answers[kind] = await post(app.url, redeeming, { code: "000000" }, { cookie });
  }
  expectAllAlike(answers, 401);
});

test("B10 asking for a sign-in link writes the same rows for every kind of address", async ({
  app,
}) => {
  const asking = (email: string) => post(app.url, magicLink, { email });
  const emails = await makeEveryKind(app);
  await expectSameRows(app, { purpose: "magic-link", emails, ask: asking });
});

test("E12 the options of a sign-in ask for no address, and name no passkey of anybody", async ({
  app,
}) => {
  const answers: Record<string, RawAnswer> = {};
  const blank = ({ text, ...answer }: RawAnswer) => {
    const { challenge } = answer.json;
    return { ...answer, text: text.replace(challenge, "") };
  };
  for (const [kind, email] of Object.entries(await makeEveryKind(app))) {
    const body = { email, username: email, allowCredentials: [], userHandle: "AAAA" };
    answers[kind] = blank(await post(app.url, signIn.options, body));
    expect(answers[kind]?.json.allowCredentials, kind).toBeUndefined();
  }
  answers.nobody = blank(await post(app.url, signIn.options, {}));
  expectAllAlike(answers, 200);
});

test("B01 after a hundred wrong passwords the owner still signs in with a passkey and a link", async ({
  app,
}) => {
  const { person, user, authenticator } = await makeHolder(app);
  expect(await tryToSignIn(app, person.email, wrong)).toBe(401);
  await app.sql(
    "UPDATE throttle SET failures = 100, next_try_at = now() WHERE key = $1",
    [user.id],
  );
  expect(await tryToSignIn(app, person.email)).toBe(429);
  expect((await signInWith(app, authenticator)).session.aal).toBe(2);
  const { client, token } = await askForLink(app, person.email);
  expect((await client.post(redeeming, { token })).status).toBe(200);
  // Nor do they open the way to the password again, which only a reset does.
  expect(await tryToSignIn(app, person.email)).toBe(429);
});

/** Of the right shape, and by nobody's passkey. */
const unknown = {
  id: "AAAA",
  rawId: "AAAA",
  type: "public-key",
  clientExtensionResults: {},
  response: { clientDataJSON: "e30", authenticatorData: "AAAA", signature: "AAAA" },
};

const tries: Record<string, { points: number; body: object }> = {
  [signIn.verify]: { points: 10, body: { response: unknown } },
  [redeeming]: { points: 10, body: { token: "x" } },
  [secondFactor.code]: { points: 15, body: { method: "totp", code: "000000" } },
  [secondFactor.verify]: { points: 15, body: { response: unknown } },
};

for (const [path, { points, body }] of Object.entries(tries)) {
  test(`B04 forged addresses buy no attempt at ${path} where no proxy is trusted`, async () => {
    const app = await Installation.start(`untrusting_${path.length}`, {
      TRUSTED_PROXY_HOPS: "0",
    });
    const statuses: number[] = [];
    for (let n = 0; n < points + 4; n++) {
      const address = newAddress();
      const headers = {
        "x-forwarded-for": address,
        "x-real-ip": address,
        forwarded: `for=${address}`,
        "cf-connecting-ip": address,
        "x-client-peer": address,
      };
      const { status } = await post(app.url, path, body, { headers });
      statuses.push(status);
    }
    await app.stop();
    expect(statuses).toEqual([...Array(points).fill(401), ...Array(4).fill(429)]);
  });

  test(`B05 B06 the limit of ${path} holds for a whole IPv6 /64 and every spelling`, async ({
    app,
  }) => {
    const net = `2001:db8:${path.length}:1`;
    const attempt = (address: string) =>
      post(app.url, path, body, { headers: { "x-forwarded-for": address } });
    for (let n = 0; n < points; n++) {
      expect((await attempt(`${net}::${n + 1}`)).status).toBe(401);
    }
    const beyond = await attempt(`${net}:ffff::9`);
    expect([beyond.status, beyond.json.code]).toEqual([429, "rate_limited"]);
    expect(Number(beyond.headers["retry-after"])).toBeGreaterThan(0);
    const events = "SELECT count(*)::int AS n FROM audit_event";
    const before = await app.sql(events);
    const last = path.split("/").at(-1) ?? "";
    const spellings = [
      ...[`/${path}`, `${path}/`, `${path}.rsc`, `${path}?_rsc=1`, `${path};x`],
      ...[
        path.toUpperCase(),
        path.replace(last, `%${last.charCodeAt(0).toString(16)}${last.slice(1)}`),
      ],
      ...[
        path.replace(last, `x/%2e%2e/${last}`),
        path.replace("/api", "/%61pi"),
        `/en${path}`,
      ],
    ];
    for (const spelling of spellings) {
      const headers = { "x-forwarded-for": `${net}::1` };
      const { status } = await post(app.url, spelling, body, { headers });
      // 415 is the pages' answer: in capitals, it is no path of the API.
      expect([308, 404, 415, 429], `${spelling} ${status}`).toContain(status);
    }
    expect(await app.sql(events)).toEqual(before);
  });
}

test("B04 B10 a passkey that works is never limited by those that do not, from elsewhere", async ({
  app,
}) => {
  const { authenticator } = await makeHolder(app);
  const client = new ApiClient(app.url);
  for (let n = 0; n < 12; n++) {
    expect((await enter(client, authenticator)).status).toBe(200);
  }
  // A page asks for a challenge each time it is shown, and again when it waits long.
  const { headers } = await client.post(signIn.options);
  expect(headers.get("ratelimit-policy")).toBe('"passkeyOptions";q=200;w=600');
  await ask(client, "signIn");
});
