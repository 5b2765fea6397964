import { expect, makePerson, test } from "./fixtures";

test("D5 a password manager finds where the password is changed", async ({
  app,
  api,
}) => {
  const { client } = await makePerson(app);
  for (const caller of [api, client]) {
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await caller.call(
        method,
        "/.well-known/change-password",
      );
      expect([status, headers.get("location")]).toEqual([302, "/settings/security"]);
    }
  }
  const asNobody = await api.get("/settings/security");
  expect([asNobody.status, asNobody.headers.get("location")]).toEqual([
    307,
    "/login?next=%2Fsettings%2Fsecurity",
  ]);
  const asMember = await client.get("/settings/security");
  expect([asMember.status, asMember.text.includes("Change")]).toEqual([200, true]);
});

// w3c.github.io/webappsec-passkey-endpoints
test("D6 a password manager finds where passkeys are added and managed", async ({
  app,
  api,
}) => {
  const { client } = await makePerson(app);
  for (const caller of [api, client]) {
    const { status, headers, json } = await caller.get("/.well-known/passkey-endpoints");
    expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    const page = `${app.url}/settings/passkeys`;
    expect(json).toEqual({ enroll: `${page}?add=1`, manage: page });
  }
});

// By this name managers find out whether our 302 can be believed
// (w3c.github.io/webappsec-change-password-url).
test("D5 what is not there under /.well-known is not found, for members as for nobody", async ({
  app,
  api,
}) => {
  const { client } = await makePerson(app);
  const names = [
    "resource-that-should-not-exist-whose-status-code-should-not-be-200",
    "x",
    "change-password/x",
    "openid-configuration",
  ];
  for (const name of names) {
    for (const caller of [api, client]) {
      expect((await caller.get(`/.well-known/${name}`)).status, name).toBe(404);
    }
  }
});

test("D6 password managers find where passkeys are added and managed", async ({
  app,
  api,
}) => {
  for (const headers of [
    undefined,
    { host: "evil.example", "x-forwarded-host": "evil.example" },
  ]) {
    const answer = await api.get("/.well-known/passkey-endpoints", { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const page = `${app.url}/settings/passkeys`;
    expect(answer.json).toEqual({ enroll: `${page}?add=1`, manage: page });
  }
});
