import { randomBytes } from "node:crypto";
import { expect, makePerson, test } from "./fixtures";
import { Installation } from "./server";

const deviceCookie = "latchkey-device";

test("I04 a browser that lost its device cookie and opens a page raises no alarm", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  client.cookies.delete(deviceCookie);
  expect((await client.get("/dashboard")).status).toBe(200);

  const answer = await client.post("/api/auth/refresh");
  expect(answer.status).toBe(401);
  expect(answer.json.reason).toBe("unbound");
  const rows = await app.sql("SELECT end_reason FROM session WHERE id = $1", [
    session.id,
  ]);
  expect(rows).toEqual([{ end_reason: "unbound" }]);
});

test("H08 a change of root secrets, and later the end of the old one, signs nobody out", async ({
  complaints: _,
}, { parallelIndex }) => {
  const app = await Installation.start(`secrets_${parallelIndex}`);
  try {
    const old = app.environment.APP_SECRET;
    const fresh = randomBytes(32).toString("base64url");
    const { client, session } = await makePerson(app);
    const both = (await app.addNode({ APP_SECRET: `${fresh},${old}` })).url;
    await app.sql(
      "UPDATE session SET rotated_at = rotated_at - interval '2 minutes' WHERE id = $1",
      [session.id],
    );
    expect((await client.get("/dashboard", { base: both })).status).toBe(200);
    expect((await client.post("/api/auth/refresh", {}, { base: both })).status).toBe(200);

    const alone = (await app.addNode({ APP_SECRET: fresh })).url;
    expect((await client.get("/dashboard", { base: alone })).status).toBe(200);
    const answer = await client.post("/api/auth/refresh", {}, { base: alone });
    expect(answer.status).toBe(200);
  } finally {
    await app.stop();
  }
});
