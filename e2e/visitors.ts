// Somebody with data of their own, everybody who must not get at it, and a walk
// through all of `authorisation.ts` in their name.

import { actions } from "./action-rules";
import { type Fields, postAction, withoutEmpty } from "./actions";
import { type ApiClient, newAddress } from "./api-client";
import { pages, routes } from "./authorisation";
import { type Build, readBuild } from "./build";
import { expect, makePerson } from "./fixtures";
import { addPasskey, newAuthenticator } from "./passwordless-api";
import { type RawAnswer, rawRequest } from "./raw-request";
import { enrolApp, settings, signInWithBoth } from "./second-factors";
import type { Installation } from "./server";

/** Somebody whose data nobody else may see or change, and what would tell of them. */
export type Victim = {
  client: ApiClient;
  sessionId: string;
  passkeyId: string;
  /** Of a browser that is trusted. */
  trustedId: string;
  traces: string[];
};

export async function makeVictim(app: Installation): Promise<Victim> {
  const { person, client, user, session } = await makePerson(app, {
    name: `Vic ${Date.now().toString(36)}`,
  });
  const { id: passkeyId } = await addPasskey(client, newAuthenticator(app));
  const { secret } = await enrolApp(client);
  await signInWithBoth(app, { person, user, secret }, { trustDevice: true });
  const [trusted] = (await client.get(settings.trusted)).json.items;
  return {
    client,
    sessionId: session.id,
    passkeyId,
    trustedId: trusted.id,
    traces: [person.email, person.name, user.id, session.id, trusted.id],
  };
}

/** All that the victim has, as the database sees it. */
export async function stateOf(app: Installation, { traces }: Pick<Victim, "traces">) {
  const users = await app.sql(`SELECT * FROM "user" WHERE id = $1`, [traces[2]]);
  const sessions = await app.sql(
    `SELECT id, generation, ended_at, end_reason FROM session WHERE user_id = $1 ORDER BY id`,
    [traces[2]],
  );
  const challenges = await app.sql(
    "SELECT * FROM challenge WHERE user_id = $1 ORDER BY id",
    [traces[2]],
  );
  const [passkeys, totp, codes, trusted] = await Promise.all(
    ["passkey", "totp", "backup_code", "trusted_browser"].map((table) =>
      app.sql(`SELECT * FROM ${table} AS t WHERE user_id = $1 ORDER BY t`, [traces[2]]),
    ),
  );
  return { users, sessions, challenges, passkeys, totp, codes, trusted };
}

export type Visitor = { name: string; cookie: string };

/** Nobody, somebody else, and the victim's own browser after its session has ended. */
export async function visitorsOf(app: Installation, victim: Victim): Promise<Visitor[]> {
  const other = await makePerson(app);
  const ended = await makePerson(app);
  const kept = ended.client.cookieHeader;
  await ended.client.post("/api/auth/logout");
  const reused = victim.client.cookieHeader.split("; ");
  const device = reused.filter((pair) => pair.includes("device")).join();
  return [
    { name: "nobody", cookie: "" },
    { name: "a browser with the victim's device cookie alone", cookie: device },
    { name: "an ended session", cookie: kept },
    { name: "another user", cookie: other.client.cookieHeader },
  ];
}

function expectNothingOf(victim: Victim, answer: RawAnswer, what: string) {
  const said = answer.text + JSON.stringify(answer.headers);
  for (const trace of victim.traces) expect(said, what).not.toContain(trace);
  expect(answer.status, what).toBeLessThan(500);
}

const isSignedIn = (visitor: Visitor) => visitor.name === "another user";

/** Walks the whole table at `base`, which serves `build`. */
export async function walkTable(
  app: Installation,
  base: string,
  victim: Victim,
  visitor: Visitor,
  build: Build = readBuild(),
): Promise<void> {
  await walkPages(base, victim, visitor);
  await walkRoutes(app, base, victim, visitor);
  for (const action of build.actions) {
    const rule = actions[action.name];
    if (!rule) throw new Error(`nobody said who may call ${action.name}`);
    for (const isPlain of [false, true]) {
      const what = `${visitor.name}: ${action.name}`;
      const fields = named(rule.fields ?? {}, victim);
      const post = { cookie: visitor.cookie, isPlain };
      const answer = await postAction(app.url, action, fields, post, base);
      expectNothingOf(victim, answer, what);
      if (rule.audience === "public" || isSignedIn(visitor)) continue;
      const target = String(
        answer.headers.location ?? answer.headers["x-action-redirect"],
      );
      expect(target, what).toMatch(/^\/login\?next=/);
    }
  }
}

function named(fields: Fields, { sessionId, passkeyId, trustedId }: Victim): Fields {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([name, v]) => [
      name,
      v
        .replace(":id", sessionId)
        .replace(":passkey", passkeyId)
        .replace(":trusted", trustedId),
    ]),
  );
}

function withIds(path: string, { sessionId, passkeyId, trustedId }: Victim): string {
  if (path.includes("passkeys")) return path.replace("[id]", passkeyId);
  return path.replace("[id]", path.includes("trusted") ? trustedId : sessionId);
}

async function walkPages(base: string, victim: Victim, visitor: Visitor) {
  for (const [path, audience] of Object.entries(pages)) {
    const what = `${visitor.name}: ${path}`;
    for (const rsc of ["", "1"]) {
      const headers = withoutEmpty({ rsc, cookie: visitor.cookie });
      const first = await rawRequest(base, path, { headers });
      // Next wants its checksum of the headers in the query of a navigation.
      const checked = first.headers.location?.startsWith(`${path}?_rsc`);
      const answer = checked
        ? await rawRequest(base, String(first.headers.location), { headers })
        : first;
      expectNothingOf(victim, answer, what);
      if (audience === "public" || isSignedIn(visitor)) continue;
      const said = String(answer.headers.location ?? answer.text);
      expect(said, what).toContain(`/login?next=${encodeURIComponent(path)}`);
    }
  }
}

async function walkRoutes(
  app: Installation,
  base: string,
  victim: Victim,
  visitor: Visitor,
) {
  for (const [path, { methods, audience, body }] of Object.entries(routes)) {
    for (const method of methods.split(", ").filter(Boolean)) {
      const what = `${visitor.name}: ${method} ${path}`;
      const answer = await rawRequest(base, withIds(path, victim), {
        method,
        headers: {
          origin: app.url,
          "x-forwarded-for": newAddress(),
          ...(visitor.cookie && { cookie: visitor.cookie }),
          ...(body && { "content-type": "application/json" }),
        },
        body: body && JSON.stringify(body),
      });
      expectNothingOf(victim, answer, what);
      if (audience === "public" || isSignedIn(visitor) || method === "OPTIONS") continue;
      expect(answer.status, what).toBe(401);
    }
  }
}
