// Ids that come back in forms and queries of the pages: what is none of ours never
// reaches the database, which calls a NUL in a text a fault of ours.
import { postAction } from "./actions";
import { readBuild } from "./build";
import { expect, makePerson, test } from "./fixtures";
import { rawRequest } from "./raw-request";

const { actions } = readBuild();

test("K03 K05 a form that names what is no id is refused, and nothing breaks", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const forms = {
    renamePasskeyAction: { passkeyId: "\0", name: "Mine" },
    removePasskeyAction: { passkeyId: "\0" },
    confirmAction: { form: "\0", code: "123456" },
    endSessionAction: { sessionId: "\0" },
    removeTrustAction: { browserId: "\0" },
  };
  for (const [name, fields] of Object.entries(forms)) {
    const action = actions.find((one) => one.name === name);
    if (!action) throw new Error(`there is no ${name}`);
    const call = { cookie: client.cookieHeader };
    const answer = await postAction(app.url, action, fields, call);
    expect(answer.status, name).toBe(200);
    expect(answer.text, name).toContain("Please check what you entered.");
  }
});

test("K05 a confirmation of a form that is none asks for nothing in particular", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  for (const query of ["form=%00", "form=a&form=b", "form=", "form=%F0%9F%92%A9"]) {
    const headers = { cookie: client.cookieHeader };
    const answer = await rawRequest(app.url, `/confirm?${query}`, { headers });
    expect([query, answer.status]).toEqual([query, 307]);
  }
});
