// A new passkey on its way in from a form.
import type { Client } from "@/lib/auth/client";
import { refusePasskey } from "@/lib/auth/passkey/assertion";
import { finishRegistration, type PasskeyAdded } from "@/lib/auth/passkey/register";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { Refusal } from "@/lib/errors";
import {
  type CookieJar,
  clearCeremony,
  type RequestCookies,
  writeSession,
} from "@/lib/http/cookies";
import type { CurrentSession } from "@/lib/http/current-session";

type Call = {
  session: CurrentSession;
  client: Client;
  cookies: RequestCookies;
  jar: CookieJar;
};

type Response = Parameters<typeof finishRegistration>[0]["response"];

/** The ceremony is used up with this, whatever comes of it. */
export async function finishPasskey(call: Call, response: Response) {
  const { session, client, cookies, jar } = call;
  clearCeremony(jar);
  const answer = { session, response, handle: cookies.ceremony, client };
  const added = await finishRegistration(answer);
  if (!added) throw await refuseLate(session);
  writeSession(jar, added.tokens);
  return added satisfies PasskeyAdded;
}

/** With a confirmation it can be tried again here, else it begins with that. */
async function refuseLate(session: CurrentSession): Promise<Refusal> {
  const { isConfirmed } = await findConfirmation(session);
  if (isConfirmed) return refusePasskey("no_ceremony");
  const detail = "That took too long. Confirm that it is you, and try again.";
  return new Refusal("step_up_required", { detail });
}
