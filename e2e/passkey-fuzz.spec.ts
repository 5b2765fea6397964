// Anything at all in the place of a passkey's answer or a link's token, sent to the
// production build: never a 500 (nor a line in its log, see `complaints` in
// fixtures.ts), never a session, never a passkey.
import fc from "fast-check";
import {
  algorithm,
  alter,
  answerIn,
  anyValue,
  type Ceremony,
  change,
  type PasskeyAnswer,
  postFromAnywhere as post,
} from "./altered-answers";
import { type Answer, ApiClient, newAddress } from "./api-client";
import { expect, makeSignedOut, test } from "./fixtures";
import {
  askForLink,
  ceremonies,
  ceremonyCookie,
  grantsOf,
  makeHolder,
  passkeysOf,
  redeeming,
  sessionsOf,
} from "./passwordless-api";

const names = Object.keys(ceremonies) as Ceremony[];

function expectRefused(answer: Answer, what: string) {
  expect([400, 401, 413], `${what}: ${answer.text}`).toContain(answer.status);
  expect(answer.json?.code, what).toMatch(
    /^(invalid_request|invalid_passkey|invalid_code|payload_too_large)$/,
  );
  expect(grantsOf(answer), what).toEqual([]);
}

for (const ceremony of names) {
  test(`E11 E02 an answer to ${ceremony} that is altered anywhere opens and adds nothing`, async ({
    app,
  }) => {
    const holder = await makeHolder(app, { algorithm });
    const client = ceremony === "signIn" ? new ApiClient(app.url) : holder.client;
    const { verify } = ceremonies[ceremony];
    const property = fc.asyncProperty(change, async (how) => {
      const right = await answerIn(app, client, holder, ceremony);
      const response = alter(right, ceremony, how);
      expectRefused(await post(client, verify, { response }), JSON.stringify(how));
    });
    await fc.assert(property, { numRuns: 150 });
    expect(await passkeysOf(app, holder.user.id)).toHaveLength(1);
    expect(await sessionsOf(app, holder.person.email)).toBe(1);
    // The same, and whole: what was refused was refused for what was altered.
    const response = await answerIn(app, client, holder, ceremony);
    const whole = await post(client, verify, { response });
    expect([200, 201], whole.text).toContain(whole.status);
  });
}

test("E11 K05 a body of any kind is refused by each of the four doors", async ({
  app,
}) => {
  const holder = await makeHolder(app, { algorithm });
  const doors = [...names.map((name) => ceremonies[name].verify), redeeming];
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    fc.nat({ max: 30_000 }).map((n) => `{"response":${"[".repeat(n)}${"]".repeat(n)}}`),
    fc.nat({ max: 5000 }).map((n) => `{"token":${'{"a":'.repeat(n)}1${"}".repeat(n)}}`),
    fc.jsonValue().map((json) => JSON.stringify(json)),
    anyValue.map((value) => JSON.stringify({ response: value, token: value })),
    anyValue.map((value) =>
      JSON.stringify({ response: { id: "AAAA", response: value } }),
    ),
    fc.constantFrom("x".repeat(70_000), `{"token":"${"x".repeat(65_000)}"}`),
  );
  const doorway = fc.constantFrom(...doors);
  const property = fc.asyncProperty(doorway, bodies, async (door, raw) => {
    const headers = { "x-forwarded-for": newAddress() };
    const answer = await holder.client.call("POST", door, { raw, headers });
    expectRefused(answer, `${door} ${String(raw).slice(0, 80)}`);
  });
  await fc.assert(property, { numRuns: 300 });
  expect(await passkeysOf(app, holder.user.id)).toHaveLength(1);
  expect(await sessionsOf(app, holder.person.email)).toBe(1);
});

const step = fc.record({
  asked: fc.constantFrom<Ceremony>("signIn", "stepUp"),
  door: fc.constantFrom<Ceremony>(...names),
  /** Two browsers with one session, and one of somebody else. */
  browser: fc.nat({ max: 2 }),
  /** Which of the handles and answers that there are by then; 0 is the newest. */
  handle: fc.nat({ max: 3 }),
  answer: fc.nat({ max: 3 }),
});
type Captured = {
  asked: Ceremony;
  owner: number;
  handle: string;
  response: PasskeyAnswer;
};

test("E02 E03 answers replayed and crossed in any order count once, and where they belong", async ({
  app,
}) => {
  const holders = [
    await makeHolder(app, { algorithm }),
    await makeHolder(app, { algorithm }),
  ];
  const property = fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
    const captured: Captured[] = [];
    const used = new Set<string>();
    for (const { asked, door, browser, ...which } of steps) {
      const owner = browser === 2 ? 1 : 0;
      const holder = holders[owner];
      if (!holder) throw new Error("there are two of them");
      const jar = holder.client.copy();
      const fresh = await answerIn(app, jar, holder, asked);
      const handle = jar.cookies.get(ceremonyCookie) ?? "";
      captured.unshift({ asked, owner, handle, response: fresh });
      const kept = captured[which.handle] ?? captured[0];
      const said = captured[which.answer] ?? captured[0];
      if (!kept || !said) throw new Error("there is one at least");
      // A sign-in would end the session whose cookies it carried.
      const sender = door === "signIn" ? new ApiClient(app.url) : jar;
      sender.cookies.set(ceremonyCookie, kept.handle);
      const isOpen = kept.asked === door && !used.has(kept.handle);
      const isOwn = door === "signIn" || kept.owner === owner;
      const answer = await post(sender, ceremonies[door].verify, {
        response: said.response,
      });
      if (kept.asked === door) used.add(kept.handle);
      if (!isOpen || !isOwn || kept !== said)
        expectRefused(answer, `${asked} at ${door}`);
      else expect(answer.status, answer.text).toBe(200);
      if (door === "signIn") await sender.post("/api/auth/logout");
    }
  });
  await fc.assert(property, { numRuns: 40 });
  for (const { user } of holders) expect(await passkeysOf(app, user.id)).toHaveLength(1);
});

test("C04 C15 whatever is redeemed in the place of a link or a code signs nobody in", async ({
  app,
}) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  const place = fc.nat({ max: token.length - 1 });
  const altered = place.map((index) => {
    const other = token[index] === "A" ? "B" : "A";
    return token.slice(0, index) + other + token.slice(index + 1);
  });
  const cut = place.map((length) => token.slice(0, length));
  const guess = fc.nat({ max: 999_999 }).map((n) => String(n).padStart(6, "0"));
  const names = fc.constantFrom("token", "code");
  const values = fc.oneof(anyValue, altered, cut, guess);
  const property = fc.asyncProperty(names, values, async (name, value) => {
    fc.pre(String(value).replace(/[\s-]/g, "") !== code);
    const answer = await post(client.copy(), redeeming, { [name]: value });
    expectRefused(answer, `${name} ${JSON.stringify(value)}`);
  });
  await fc.assert(property, { numRuns: 200 });
  expect(await sessionsOf(app, email)).toBe(0);
  expect((await post(client, redeeming, { token })).status).toBe(200);
});
