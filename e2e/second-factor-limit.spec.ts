// What an address may try between the factors, by the form as by the API.
import { postAction } from "./actions";
import { newAddress } from "./api-client";
import { readBuild } from "./build";
import { expect, test } from "./fixtures";

test("B06 a form whose sign-in is over counts for its address like every failure", async ({
  app,
}) => {
  const action = readBuild().actions.find(({ name }) => name === "secondFactorAction");
  if (!action) throw new Error("the form has no action");
  const headers = { "x-forwarded-for": newAddress() };
  const fields = { method: "totp", code: "123456" };
  const statuses: (string | undefined)[] = [];
  for (let n = 0; n < 17; n++) {
    const { text } = await postAction(app.url, action, fields, { headers });
    statuses.push(/Too many attempts|second_factor_over/.exec(text)?.[0]);
  }
  const [first, last] = [statuses[0], statuses.at(-1)];
  expect([first, last]).toEqual(["second_factor_over", "Too many attempts"]);
  const tries = await app.sql<{ count: number }>(
    "SELECT count(*)::int FROM audit_event WHERE type = 'second_factor' AND ip = $1",
    [headers["x-forwarded-for"]],
  );
  expect(tries[0]?.count).toBe(15);
});
