// A session as its row shows it, and time made to pass for it.
import { ageSession } from "../tests/ageing";
import type { Answer, ApiClient } from "./api-client";
import type { Installation, Node } from "./server";

export function age(app: Installation, sessionId: string, ms: number) {
  return app.sql(ageSession, [sessionId, ms]);
}

export type SessionRow = {
  generation: number;
  confirmedGeneration: number;
  repeats: number;
  endReason: string | null;
};

export async function rowOf(app: Installation, sessionId: string): Promise<SessionRow> {
  const [row] = await app.sql<SessionRow>(
    `SELECT generation, confirmed_generation AS "confirmedGeneration", repeats,
       end_reason AS "endReason"
     FROM session WHERE id = $1`,
    [sessionId],
  );
  if (!row) throw new Error("there is no such session");
  return row;
}

/** Mails about a theft of this session, sent or waiting. */
export async function theftMails(app: Installation, sessionId: string): Promise<number> {
  const jobs = await app.sql(
    `SELECT 1 FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
     WHERE j.name = 'mail' AND j.data->>'template' = 'session_reuse' AND c.session_id = $1`,
    [sessionId],
  );
  return jobs.length;
}

export async function eventsOf(app: Installation, sessionId: string, type: string) {
  return app.sql<{ result: string; reason: string | null; user_id: string }>(
    "SELECT result, reason, user_id FROM audit_event WHERE session_id = $1 AND type = $2",
    [sessionId, type],
  );
}

export const minutes = (n: number) => n * 60_000;

const seconds = new WeakMap<Installation, Node>();

/**
 * A second process over the same database, started when first asked for. Not any
 * other node that a test has added: those have settings of their own.
 */
export async function secondNode(app: Installation): Promise<Node> {
  const second = seconds.get(app) ?? (await app.addNode());
  seconds.set(app, second);
  return second;
}

/** What the access token of this browser says; nobody verifies it here. */
export function accessClaims({ cookies }: ApiClient) {
  const [, payload = ""] = (cookies.get("latchkey-access") ?? "").split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

export function refresh(client: ApiClient, base?: string): Promise<Answer> {
  return client.post("/api/auth/refresh", {}, base ? { base } : {});
}

/** What this answer sets, by name; an empty value takes the cookie away. */
export function cookiesSetBy({ headers }: Pick<Answer, "headers">): Map<string, string> {
  const lines = headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return new Map(
    lines.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Nothing of this client opens anything: neither token, on no node. */
export async function isShutOut(client: ApiClient, bases: string[]): Promise<boolean> {
  const answers = await Promise.all(
    bases.flatMap((base) => {
      const copy = client.copy();
      return [
        copy.get("/api/account/sessions", { base }),
        copy.post("/api/auth/refresh", {}, { base }),
      ];
    }),
  );
  return answers.every(({ status }) => status === 401);
}
