// What may and may not use up the link of a mail, and to whom mails go.
import { ApiClient, newAddress } from "./api-client";
import { expect, newEmail, password, test } from "./fixtures";
import { hostileAddresses } from "./hostile-addresses";
import { tokenIn } from "./mailbox";

test("C07 looking at the link's page, by any method of a scanner, uses nothing up", async ({
  app,
  api,
}) => {
  const email = newEmail();
  await api.post("/api/auth/register", { email, password, name: "Cara Clicker" });
  const token = tokenIn(await app.mailbox.wait(email));
  const scanner = new ApiClient(app.url);
  const kinds: Record<string, string>[] = [
    {},
    { "sec-purpose": "prefetch", purpose: "prefetch" },
    { rsc: "1" },
  ];
  for (const at of [
    "/verify-email",
    `/verify-email?token=${token}`,
    `/api/auth/verify-email?token=${token}`,
  ]) {
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      for (const headers of kinds) {
        await scanner.call(method, at, { headers });
      }
    }
  }
  expect(
    [...scanner.cookies.keys()].filter((name) => name !== "latchkey-device"),
  ).toEqual([]);
  const { status } = await api.post("/api/auth/verify-email", { token });
  expect(status).toBe(200);
});

test("C02 thirty parallel uses of one link begin one session", async ({ app, api }) => {
  const email = newEmail();
  await api.post("/api/auth/register", { email, password, name: "Para Lell" });
  const token = tokenIn(await app.mailbox.wait(email));
  const tries = Array.from({ length: 30 }, () => {
    const one = api.copy();
    const headers = { "x-forwarded-for": newAddress() };
    return one.post("/api/auth/verify-email", { token }, { headers });
  });
  const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array(29).fill(401)]);
  const sessions = await app.sql(
    `SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.email = $1`,
    [email],
  );
  expect(sessions).toHaveLength(1);
});

test("C10 a hostile address is refused before any row or mail", async ({ app }) => {
  const rows = "SELECT count(*) FROM challenge";
  const before = await app.sql(rows);
  const mails = app.mailbox.received.length;
  for (const email of hostileAddresses) {
    const client = new ApiClient(app.url);
    const { status, json } = await client.post("/api/auth/register", { email, password });
    expect([status, json.errors?.[0].path], JSON.stringify(email)).toEqual([
      400,
      "email",
    ]);
  }
  expect(await app.sql(rows)).toEqual(before);
  expect(app.mailbox.received.length).toBe(mails);
});

test("C10 every spelling of an address is mailed in its one form, to one recipient", async ({
  app,
}) => {
  const at = newEmail();
  const spellings: [string, string][] = [
    [` ${at.toUpperCase()} `, at],
    [`x${at}`.replace("@", "\uff20"), `x${at}`],
  ];
  for (const [typed, email] of spellings) {
    await new ApiClient(app.url).post("/api/auth/register", { email: typed, password });
    expect((await app.mailbox.wait(email)).to).toEqual([email]);
    const stored = await app.sql("SELECT email FROM challenge WHERE email = $1", [email]);
    expect(stored).toHaveLength(1);
  }
});
