// What is written down of links and passkeys: each thing once, and no secret.
import type { Answer } from "./api-client";
import { ApiClient } from "./api-client";
import { expect, newEmail, password, test } from "./fixtures";
import {
  addPasskey,
  ask,
  askForLink,
  ceremonies,
  ceremonyCookie,
  confirmWith,
  enter,
  magicLink,
  makeHolder,
  newAuthenticator,
  passkeys,
  redeeming,
  signInWith,
  wrongCode,
} from "./passwordless-api";

const { signIn } = ceremonies;
const pendingCookie = "latchkey-pending";

type Step = [what: string, run: () => Promise<Answer>, event: Record<string, unknown>];

test("M01 every request about links and passkeys writes exactly one event of its kind", async ({
  app,
}) => {
  const { client, person, user, authenticator } = await makeHolder(app);
  const link = await askForLink(app, person.email);
  const stranger = new ApiClient(app.url);
  const failed = (given: Record<string, unknown>) => ({ result: "failure", ...given });
  const success = { result: "success", reason: null };
  const fresh = newAuthenticator(app);
  let passkeyId = "";
  const steps: Step[] = [
    [
      "asking",
      () => stranger.post(magicLink, { email: newEmail() }),
      { type: "magic_link_requested", ...success },
    ],
    [
      "a wrong link",
      () => stranger.post(redeeming, { token: "x" }),
      failed({ type: "sign_in", method: "magic_link", reason: "wrong" }),
    ],
    [
      "another browser",
      () => stranger.post(redeeming, { token: link.token }),
      failed({ type: "sign_in", method: "magic_link", reason: "other_browser" }),
    ],
    [
      "a wrong code",
      () => link.client.post(redeeming, { code: wrongCode(link.code) }),
      failed({ type: "sign_in", method: "magic_link", reason: "wrong" }),
    ],
    [
      "no ceremony",
      () =>
        stranger.post(signIn.verify, {
          response: authenticator.get({ challenge: "AAAA", rpId: "localhost" }),
        }),
      failed({ type: "sign_in", method: "passkey", reason: "no_ceremony" }),
    ],
    [
      "a wrong signature",
      () =>
        enter(new ApiClient(app.url), authenticator, {
          altered: { origin: "https://evil.example" },
        }),
      failed({
        type: "sign_in",
        method: "passkey",
        reason: "not_verified",
        user_id: user.id,
      }),
    ],
    [
      "a confirmation",
      () => confirmWith(client, authenticator),
      { type: "confirmation", method: "passkey", ...success, user_id: user.id },
    ],
    [
      "a confirmation that fails",
      () => confirmWith(client, authenticator, { isUserVerified: false }),
      failed({
        type: "confirmation",
        method: "passkey",
        reason: "no_user_verification",
        user_id: user.id,
      }),
    ],
    [
      "adding",
      async () => {
        const { id, answer } = await addPasskey(client, fresh);
        passkeyId = id;
        return answer;
      },
      { type: "passkey_added", ...success, user_id: user.id },
    ],
    [
      "renaming",
      () => client.call("PATCH", `${passkeys}/${passkeyId}`, { body: { name: "Key" } }),
      { type: "passkey_renamed", ...success, user_id: user.id },
    ],
    [
      "removing",
      () => client.delete(`${passkeys}/${passkeyId}`),
      { type: "passkey_removed", ...success, user_id: user.id },
    ],
  ];
  for (const [what, run, event] of steps) {
    const requestId = (await run()).headers.get("x-request-id");
    const events = await app.sql("SELECT * FROM audit_event WHERE request_id = $1", [
      requestId,
    ]);
    expect(events, what).toEqual([expect.objectContaining(event)]);
    expect(events[0], what).toMatchObject({
      ip: expect.stringMatching(/^198\.51\./),
      user_agent: expect.any(String),
    });
  }
  const signedIn = [
    (await signInWith(app, authenticator)).answer,
    await link.client.post(redeeming, { token: link.token }),
  ];
  for (const { headers } of signedIn) {
    const requestId = headers.get("x-request-id");
    const sql = "SELECT type FROM audit_event WHERE request_id = $1 AND type = 'sign_in'";
    expect(await app.sql(sql, [requestId])).toHaveLength(1);
  }
});

test("M02 C01 no token, code, handle or challenge is in a log, an event or the database", async ({
  app,
}) => {
  const { person, client, authenticator, user } = await makeHolder(app);
  const secrets: string[] = [];
  const { token, code, client: asker } = await askForLink(app, person.email);
  secrets.push(token, token.slice(23), asker.cookies.get(pendingCookie)?.slice(23) ?? "");
  await asker.copy().post(redeeming, { code: wrongCode(code) });
  await asker.post(redeeming, { token });
  for (const ceremony of ["signIn", "stepUp", "registration"] as const) {
    const { challenge } = await ask(client, ceremony);
    secrets.push(challenge, client.cookies.get(ceremonyCookie)?.slice(23) ?? "");
    const response = authenticator.get({ challenge, rpId: "localhost" });
    secrets.push(response.response.signature, response.response.clientDataJSON);
    await client.post(ceremonies[ceremony].verify, { response });
  }
  expect(secrets.every((secret) => secret.length > 20)).toBe(true);
  const tables = [
    "audit_event",
    "challenge",
    "session",
    "passkey",
    '"user"',
    "pgboss.job",
  ];
  const kept = await Promise.all(
    tables.map((table) => app.sql(`SELECT to_jsonb(t)::text AS row FROM ${table} t`)),
  );
  const written = [
    ...app.nodes.flatMap(({ lines }) => lines),
    ...kept.flat().map(({ row }) => String(row)),
  ].join("\n");
  expect(written).toContain(user.id);
  for (const secret of secrets) {
    expect(written.includes(secret), secret).toBe(false);
    const hex = Buffer.from(secret, "base64url").toString("hex");
    expect(written.includes(hex), `${secret} in hex`).toBe(false);
  }
  expect(written).not.toContain(password);
});
