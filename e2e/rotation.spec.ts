import { expect, makePerson, signIn, test } from "./fixtures";
import {
  age,
  cookiesSetBy,
  eventsOf,
  isShutOut,
  minutes,
  refresh,
  rowOf,
  secondNode,
  theftMails,
} from "./sessions";

const refreshCookie = "latchkey-refresh";
const accessCookie = "latchkey-access";
const deviceCookie = "latchkey-device";

test("I01 fifty parallel refreshes on two nodes yield one successor, twenty times", async ({
  app,
}) => {
  test.setTimeout(120_000);
  const bases = [app.url, (await secondNode(app)).url];
  const { client, session } = await makePerson(app);
  for (let round = 1; round <= 20; round++) {
    await age(app, session.id, minutes(2));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refresh(client.copy(), bases[index % 2])),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const successors = new Set(answers.map((a) => cookiesSetBy(a).get(refreshCookie)));
    const [successor] = successors;
    expect(successors.size).toBe(1);
    expect(successor).toContain(`.${round}.`);
    expect((await rowOf(app, session.id)).generation).toBe(round);
    client.cookies.set(refreshCookie, successor ?? "");
  }
  expect(await theftMails(app, session.id)).toBe(0);
});

/** Two rotations, long past; `stolen` holds the tokens from before them. */
async function rotatedTwice(app: Parameters<typeof age>[0]) {
  const made = await makePerson(app);
  const stolen = made.client.copy();
  for (const _ of [1, 2]) {
    await age(app, made.session.id, minutes(2));
    expect((await refresh(made.client)).status).toBe(200);
  }
  await age(app, made.session.id, minutes(2));
  return { ...made, stolen };
}

test("I02 I03 a replay below the floor ends the session once and mails the owner", async ({
  app,
}) => {
  const { client, person, session, stolen, user } = await rotatedTwice(app);
  const replay = await refresh(stolen);
  expect(replay.status).toBe(401);
  expect(replay.json).toMatchObject({ code: "unauthenticated", reason: "reuse" });
  expect([...cookiesSetBy(replay).values()]).toEqual(["", ""]);

  expect(await isShutOut(client, [app.url])).toBe(true);
  const mail = await app.mailbox.wait(person.email, 2);
  expect(mail.subject).not.toBe("");
  expect((await refresh(stolen.copy())).status).toBe(401);

  expect((await rowOf(app, session.id)).endReason).toBe("reuse");
  expect(await eventsOf(app, session.id, "refresh_reuse")).toEqual([
    { result: "failure", reason: "superseded", user_id: user.id },
  ]);
  expect(await theftMails(app, session.id)).toBe(1);
});

test("I02 twenty thieves at once end the session once, with one mail and one event", async ({
  app,
}) => {
  const { session, stolen } = await rotatedTwice(app);
  const bases = [app.url, (await secondNode(app)).url];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => refresh(stolen.copy(), bases[index % 2])),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(401));
  expect(await eventsOf(app, session.id, "refresh_reuse")).toHaveLength(1);
  expect(await theftMails(app, session.id)).toBe(1);
});

test("I02 the predecessor of a token that was used is no lost answer but a theft", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  const stolen = client.copy();
  await age(app, session.id, minutes(2));
  await refresh(client);
  expect((await client.get("/api/auth/session")).json.session.id).toBe(session.id);
  await age(app, session.id, minutes(2));
  expect((await refresh(stolen)).status).toBe(401);
  expect(await isShutOut(client, [app.url])).toBe(true);
  expect(await theftMails(app, session.id)).toBe(1);
});

test("I04 the current token with another device cookie is a theft, not grace", async ({
  app,
  api,
}) => {
  const { client, session } = await makePerson(app);
  // A genuine cookie of this application, of somebody else's browser.
  await api.get("/login");
  const thief = client.copy();
  thief.cookies.set(deviceCookie, api.cookies.get(deviceCookie) ?? "");
  expect(thief.cookies.get(deviceCookie)).not.toBe(client.cookies.get(deviceCookie));

  const answer = await refresh(thief);
  expect(answer.status).toBe(401);
  expect(await isShutOut(client, [app.url])).toBe(true);
  const [event] = await eventsOf(app, session.id, "refresh_reuse");
  expect(event?.reason).toBe("other_device");
  expect(await theftMails(app, session.id)).toBe(1);
});

test("I04 a browser that lost its device cookie is signed out without an alarm", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  client.cookies.delete(deviceCookie);
  expect((await refresh(client.copy())).status).toBe(401);
  expect(await isShutOut(client, [app.url])).toBe(true);
  expect((await rowOf(app, session.id)).endReason).toBe("unbound");
  expect(await theftMails(app, session.id)).toBe(0);
});

test("I05 a lost answer asked for again after two minutes is served without an alarm", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  await age(app, session.id, minutes(2));
  // The answer to the copy never reaches the browser.
  const lost = cookiesSetBy(await refresh(client.copy())).get(refreshCookie);
  await age(app, session.id, minutes(2));

  const answer = await refresh(client);
  expect(answer.status).toBe(200);
  expect(cookiesSetBy(answer).get(refreshCookie)).toBe(lost);
  expect(await rowOf(app, session.id)).toMatchObject({ generation: 1, repeats: 1 });
  expect((await client.get("/api/auth/session")).json).not.toBeNull();
  expect(await theftMails(app, session.id)).toBe(0);
});

test("I06 an answer that arrives after the next one's does not sign the person out", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  await age(app, session.id, minutes(2));
  const late = cookiesSetBy(await refresh(client.copy())).get(refreshCookie) ?? "";
  await refresh(client);
  await age(app, session.id, minutes(2));
  await refresh(client);
  expect((await client.get("/api/auth/session")).json).not.toBeNull();

  client.cookies.set(refreshCookie, late);
  const answer = await refresh(client);
  expect(answer.status).toBe(200);
  expect((await rowOf(app, session.id)).generation).toBe(2);
  expect(client.cookies.get(refreshCookie)).toContain(".2.");
  expect(await theftMails(app, session.id)).toBe(0);
});

test("I06 a refresh cookie that has not changed is not sent again", async ({ app }) => {
  const { client, session } = await makePerson(app);
  const answer = await refresh(client);
  expect(answer.status).toBe(200);
  expect([...cookiesSetBy(answer).keys()]).toEqual([accessCookie]);
  expect((await rowOf(app, session.id)).generation).toBe(0);
});

test("I07 nothing is usable after a sign-out, whatever was renewed meanwhile", async ({
  app,
}) => {
  test.setTimeout(180_000);
  const bases = [app.url, (await secondNode(app)).url];
  const { person } = await makePerson(app);
  let rounds = 300;
  let survivors = 0;
  async function race() {
    while (rounds-- > 0) {
      const client = await signIn(app, person);
      const id = (await client.get("/api/auth/session")).json.session.id;
      await age(app, id, minutes(2));
      const [renewing, leaving] = [client.copy(), client.copy()];
      const base = bases[rounds % 2];
      const [, left] = await Promise.all([
        refresh(renewing),
        leaving.post("/api/auth/logout", {}, base ? { base } : {}),
      ]);
      expect(left.status).toBe(204);
      for (const copy of [client, renewing]) {
        if (!(await isShutOut(copy, bases))) survivors += 1;
      }
    }
  }
  // As many as an account takes at a time before it holds further tries back.
  await Promise.all(Array.from({ length: 4 }, race));
  expect(survivors).toBe(0);
});

test("G02 after a sign-out both tokens are refused on every node and after a restart", async ({
  app,
}) => {
  const second = await secondNode(app);
  const { client } = await makePerson(app);
  const replayed = client.copy();
  expect((await replayed.get("/api/account/sessions", { base: second.url })).status).toBe(
    200,
  );
  expect((await client.post("/api/auth/logout")).status).toBe(204);
  expect(client.cookies.has(accessCookie)).toBe(false);
  expect(client.cookies.has(refreshCookie)).toBe(false);
  expect(await isShutOut(replayed, [app.url, second.url])).toBe(true);

  await second.stop();
  app.nodes.splice(app.nodes.indexOf(second), 1);
  const restarted = await app.addNode();
  expect(await isShutOut(replayed, [app.url, restarted.url])).toBe(true);
});
