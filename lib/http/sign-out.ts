// Signing out ends the session on the server before it clears a cookie: a copy
// of the tokens must be as dead as the original (ASVS 7.4.1).

import type { Client } from "@/lib/auth/client";
import { endByToken } from "@/lib/auth/refresh-token/end";
import { endSession } from "@/lib/auth/session";
import { transaction } from "@/lib/db";
import { type CookieJar, clearSession, type RequestCookies } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";

type Call = { client: Client; cookies: RequestCookies; jar: CookieJar };

export async function signOut({ client, cookies, jar }: Call): Promise<void> {
  const session = await getSession();
  const { refresh } = cookies;
  if (session) {
    const { id: sessionId, userId } = session;
    await endSession({ sessionId, userId, reason: "signed_out" }, client);
  } else if (refresh) {
    // The access token has run out; the session may not have.
    await transaction((tx) => endByToken(tx, refresh, "signed_out", client));
  }
  if (client.channel === "browser") clearSession(jar);
}
