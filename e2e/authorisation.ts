// Who may reach what: every page, route and action of the build, with what each
// kind of visitor is to get. `authorisation.spec.ts` holds it against the build.

import { type Fields, postAction, withoutEmpty } from "./actions";
import type { ApiClient } from "./api-client";
import { type Build, readBuild } from "./build";
import { expect, makePerson } from "./fixtures";
import { type RawAnswer, rawRequest } from "./raw-request";
import type { Installation } from "./server";

/** `private`: nothing without a session; `public`: the same for everybody. */
type Audience = "private" | "public";

export const pages: Record<string, Audience> = {
  "/": "public",
  "/check-email": "public",
  "/dashboard": "private",
  "/email/cancel": "public",
  "/email/confirm": "public",
  "/forgot-password": "public",
  "/login": "public",
  "/not-me": "public",
  "/reset-password": "public",
  "/settings/activity": "private",
  "/settings/devices": "private",
  "/settings/profile": "private",
  "/settings/security": "private",
  "/confirm": "private",
  "/signup": "public",
  "/verify-email": "public",
};

type Route = { methods: string; audience: Audience; body?: Fields };

/** `:id` stands for a session of somebody else. */
export const routes: Record<string, Route> = {
  "/.well-known/jwks.json": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/[...path]": { methods: "", audience: "public" },
  "/api/account/activity": { methods: "GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/export": { methods: "GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/sessions": { methods: "DELETE, GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/sessions/[id]": { methods: "DELETE, OPTIONS", audience: "private" },
  "/api/auth/login": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { email: "nobody@example.com", password: "not a password of anybody" },
  },
  "/api/auth/logout": { methods: "OPTIONS, POST", audience: "public" },
  "/api/auth/refresh": { methods: "OPTIONS, POST", audience: "public", body: {} },
  "/api/auth/register": { methods: "OPTIONS, POST", audience: "public", body: {} },
  "/api/auth/session": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/auth/verify-email": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/health/live": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/health/ready": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/icon.svg": { methods: "GET, HEAD", audience: "public" },
};

export type ActionRule = { audience: Audience; fields?: Fields };

const link: ActionRule = { audience: "public", fields: { token: "x" } };

export const actions: Record<string, ActionRule> = {
  cancelEmailAction: link,
  chooseThemeAction: { audience: "public", fields: { theme: "dark" } },
  confirmEmailAction: link,
  cancelPendingAction: { audience: "private" },
  changeEmailAction: { audience: "private", fields: { email: "new@example.com" } },
  changeNameAction: { audience: "private", fields: { name: "Mallory" } },
  changePasswordAction: {
    audience: "private",
    fields: { currentPassword: "x", newPassword: "a long enough sentence" },
  },
  confirmAction: { audience: "private", fields: { password: "x" } },
  confirmByCodeAction: { audience: "private", fields: { code: "000000" } },
  deleteAccountAction: { audience: "private", fields: { phrase: "delete my account" } },
  exportAction: { audience: "private" },
  sendCodeAction: { audience: "private" },
  endOthersAction: { audience: "private" },
  endSessionAction: { audience: "private", fields: { sessionId: ":id" } },
  loginAction: { audience: "public", fields: { email: "", password: "" } },
  readCancelLinkAction: link,
  readConfirmLinkAction: link,
  readNotMeLinkAction: link,
  readResetLinkAction: link,
  renewLinkAction: link,
  requestResetAction: { audience: "public", fields: { email: "" } },
  resendAction: { audience: "public" },
  resetByCodeAction: {
    audience: "public",
    fields: { email: "nobody@example.com", code: "000000", password: "x" },
  },
  resetByLinkAction: { audience: "public", fields: { token: "x", password: "x" } },
  secureAccountAction: link,
  signOutAction: { audience: "public" },
  signUpAction: { audience: "public", fields: { email: "", password: "", name: "" } },
  verifyCodeAction: { audience: "public", fields: { code: "000000" } },
  verifyLinkAction: link,
};

/** Somebody whose data nobody else may see or change, and what would tell of them. */
export type Victim = { client: ApiClient; sessionId: string; traces: string[] };

export async function makeVictim(app: Installation): Promise<Victim> {
  const { person, client, user, session } = await makePerson(app, {
    name: `Vic ${Date.now().toString(36)}`,
  });
  return {
    client,
    sessionId: session.id,
    traces: [person.email, person.name, user.id, session.id],
  };
}

/** All that the victim has, as the database sees it. */
export async function stateOf(app: Installation, { traces }: Victim) {
  const users = await app.sql(`SELECT * FROM "user" WHERE id = $1`, [traces[2]]);
  const sessions = await app.sql(
    `SELECT id, generation, ended_at, end_reason FROM session WHERE user_id = $1 ORDER BY id`,
    [traces[2]],
  );
  return { users, sessions };
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

function named(fields: Fields, { sessionId }: Victim): Fields {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([name, v]) => [name, v.replace(":id", sessionId)]),
  );
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
      const answer = await rawRequest(base, path.replace("[id]", victim.sessionId), {
        method,
        headers: {
          origin: app.url,
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
