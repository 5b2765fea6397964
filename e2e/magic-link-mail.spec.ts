// Whom a sign-in link is mailed to, and how often.
import { ApiClient } from "./api-client";
import { expect, makePerson, newEmail, test } from "./fixtures";
import { hostileAddresses } from "./hostile-addresses";
import { askForLink, linkSubjects, magicLink, redeeming } from "./passwordless-api";
import type { Installation } from "./server";

test("C10 a sign-in link goes to no hostile address, and leaves no row of it", async ({
  app,
}) => {
  const rows = "SELECT count(*) FROM challenge";
  const before = await app.sql(rows);
  for (const email of hostileAddresses) {
    const { status, json } = await new ApiClient(app.url).post(magicLink, { email });
    const found = [status, json.code, json.errors?.[0].path];
    expect(found, JSON.stringify(email)).toEqual([400, "invalid_request", "email"]);
  }
  expect(await app.sql(rows)).toEqual(before);
  const theirs = app.mailbox.received.filter(({ to }) =>
    /[bcd]\.example$/.test(to.join()),
  );
  expect(theirs).toEqual([]);
});

test("C10 every spelling of an address is mailed its link in its one form, and signs in its one account", async ({
  app,
}) => {
  const { person, user } = await makePerson(app);
  const spellings = [
    ` ${person.email.toUpperCase()} `,
    person.email.replace("@", "\uff20"),
  ];
  for (const typed of spellings) {
    const client = new ApiClient(app.url);
    const count = app.mailbox.about(person.email, linkSubjects.known).length + 1;
    expect((await client.post(magicLink, { email: typed })).status).toBe(202);
    const mail = await app.mailbox.waitFor(person.email, linkSubjects.known, { count });
    expect(mail.to).toEqual([person.email]);
    const code = /^(\d{6})\r?$/m.exec(mail.text)?.[1];
    const answer = await client.post(redeeming, { code });
    expect(answer.json.user.id).toBe(user.id);
  }
});

test("B12 the fourth mail of an hour does not leave, and the third link still signs in", async ({
  app,
}) => {
  const email = newEmail();
  const subject = linkSubjects.unknown;
  const { client } = await askForLink(app, email, { subject });
  await askForLink(app, email, { subject, client });
  const last = await askForLink(app, email, { subject, client });
  const answers = [];
  for (let n = 0; n < 3; n++) {
    const elsewhere = await new ApiClient(app.url).post(magicLink, { email });
    const here = await client.post(magicLink, { email });
    for (const { status, json } of [elsewhere, here]) answers.push([status, json]);
  }
  for (const answer of answers) expect(answer).toEqual([202, { status: "check_email" }]);
  expect(await mailsFor(app, email)).toBe(3);
  expect((await client.post(redeeming, { token: last.token })).status).toBe(200);
  expect(app.mailbox.about(email, subject)).toHaveLength(3);
});

async function mailsFor(app: Installation, email: string): Promise<number> {
  const jobs = await app.sql(
    `SELECT 1 FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
     WHERE j.name = 'mail' AND c.email = $1`,
    [email],
  );
  return jobs.length;
}

test("B12 one machine asks for twenty mails an hour, and then has to wait", async ({
  app,
  api,
}) => {
  for (let n = 0; n < 20; n++) {
    const path = n % 2 ? magicLink : "/api/auth/password/forgot";
    expect((await api.post(path, { email: newEmail() })).status).toBe(202);
  }
  const email = newEmail();
  const { status, json, headers } = await api.post(magicLink, { email });
  expect([status, json.code]).toEqual([429, "rate_limited"]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  expect(headers.getSetCookie()).toEqual([]);
  expect(await app.sql("SELECT 1 FROM challenge WHERE email = $1", [email])).toEqual([]);
});

test("B09 a banned account is mailed nothing, and its open link is dead", async ({
  app,
}) => {
  const { person, user } = await makePerson(app);
  const { client, token } = await askForLink(app, person.email);
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [user.id]);
  const answer = await client.post(redeeming, { token });
  expect([answer.status, answer.json.code]).toEqual([401, "invalid_code"]);
  const before = app.mailbox.to(person.email).length;
  expect((await client.post(magicLink, { email: person.email })).status).toBe(202);
  // Mails leave in any order; the job that sent none is done with, too.
  await expect
    .poll(async () => {
      const open = await app.sql(
        `SELECT 1 FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
         WHERE j.name = 'mail' AND c.email = $1 AND j.state <> 'completed'`,
        [person.email],
      );
      return open.length;
    })
    .toBe(0);
  expect(app.mailbox.to(person.email)).toHaveLength(before);
});
