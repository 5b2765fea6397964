// What clients are told of an account's own events, and all that is held of it.
import { ApiClient } from "./api-client";
import { expect, makePerson, test } from "./fixtures";

const activity = "/api/account/activity";

test("F7 clients page and filter by the same words, and hear what is wrong with theirs", async ({
  app,
}) => {
  const { person, client, session } = await makePerson(app);
  const wrong = { email: person.email, password: "not the right password" };
  await new ApiClient(app.url).post("/api/auth/login", wrong);
  const { json, headers } = await client.get(activity);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(json.items.map(({ type }: { type: string }) => type)).toEqual(
    expect.arrayContaining(["address_verified", "sign_in"]),
  );
  expect(json.items[0]).toMatchObject({
    kind: "sign-ins",
    sentence: "A wrong password was tried",
    result: "failure",
    device: "Chrome 140 on Linux",
    location: null,
    sessionId: null,
    isCurrentSession: false,
  });
  expect(json.items[0].at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const own = json.items.filter(
    (item: { isCurrentSession: boolean }) => item.isCurrentSession,
  );
  for (const item of own) expect(item.sessionId).toBe(session.id);
  expect(own.length).toBeGreaterThan(0);

  const seen = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await client.get(`${activity}?limit=1&cursor=${cursor}`);
    expect(page.json.items).toHaveLength(1);
    seen.push(page.json.items[0].id);
    cursor = page.json.nextCursor;
  }
  expect(seen).toEqual(json.items.map(({ id }: { id: string }) => id));

  for (const [query, field] of [
    ["kind=gossip", "kind"],
    ["from=yesterday", "from"],
    ["from=2026-02-30", "from"],
    ["to=0000-01-01", "to"],
    ["to=2026-01-01T00:00:00Z", "to"],
    ["from=2026-02-02&to=2026-02-01", "to"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=many", "limit"],
    ["cursor=%00", "cursor"],
    [`cursor=${"x".repeat(65)}`, "cursor"],
  ]) {
    const refused = await client.get(`${activity}?${query}`);
    expect(refused.status, query).toBe(400);
    expect(refused.json.code, query).toBe("invalid_request");
    expect(refused.json.errors[0].path, query).toBe(field);
  }
});

test("K07 the export is a file of all that is held, for whoever has just confirmed", async ({
  app,
}) => {
  const { person, client, user, session } = await makePerson(app);
  const { status, headers, json } = await client.get("/api/account/export");
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("content-type")).toBe("application/json");
  const day = json.exportedAt.slice(0, 10);
  expect(headers.get("content-disposition")).toBe(
    `attachment; filename="latchkey-account-${day}.json"`,
  );
  expect(json.account).toMatchObject({ id: user.id, email: person.email });
  expect(json.sessions.map(({ id }: { id: string }) => id)).toEqual([session.id]);
  const { json: told } = await client.get(`${activity}?kind=changes`);
  expect(told.items[0].sentence).toBe("A copy of your data was downloaded");
});

test("K07 the export asks whoever signed in long ago to confirm, and tells nothing before", async ({
  app,
}) => {
  const { person, client, session } = await makePerson(app);
  await app.sql(
    "UPDATE session SET authenticated_at = now() - interval '11 minutes' WHERE id = $1",
    [session.id],
  );
  const refused = await client.get("/api/account/export");
  expect([refused.status, refused.json.code]).toEqual([403, "step_up_required"]);
  expect(refused.json.methods).toEqual(["password"]);
  expect(refused.text).not.toContain(person.email);
  const { password } = person;
  await client.post("/api/auth/step-up", { method: "password", password });
  expect((await client.get("/api/account/export")).status).toBe(200);
});
