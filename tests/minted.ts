// One of every secret there is, all of them open at once.
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { type Client, newDeviceCookie } from "@/lib/auth/client";
import { requestEmailChange } from "@/lib/auth/email-change";
import { holdForm } from "@/lib/auth/held-form";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { mailedCode } from "@/lib/auth/mailed-code";
import { mailNotice } from "@/lib/auth/owner-mail";
import { beginCeremony } from "@/lib/auth/passkey/ceremony";
import { register } from "@/lib/auth/registration/begin";
import { requestReset } from "@/lib/auth/reset";
import { beginEnrollment } from "@/lib/auth/second-factor/enrollment";
import { sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import type { ChallengePurpose, PasskeyCeremony } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { enrol, makeClient, makeUser, proveFirst, signInAsNews } from "@/tests/people";
import { newAddress, newestId } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

type Form = "link" | "cookie" | "code" | "id";
const forms: Record<Form, (purpose: ChallengePurpose, id: string) => string> = {
  link: linkToken,
  cookie: cookieHandle,
  code: mailedCode,
  id: (_purpose, id) => id,
};

/** What no challenge is behind. */
type OtherKind =
  | "device cookie"
  | "refresh token"
  | "access token"
  | "session id"
  | "code of an app"
  | "code of a new app"
  | "code on paper";

export type Kind = `${ChallengePurpose} ${Form}` | OtherKind;

export type Minted = Awaited<ReturnType<typeof mint>>;

export async function mint() {
  const client = makeClient();
  const user = await makeUser();
  const { email } = user;
  const signedIn = await signInAsNews(user, client);
  const session = { id: signedIn.session.id, userId: user.id };
  const guarded = await makeGuarded(client);
  const own = { userId: user.id };

  await requestReset(email, client);
  await requestEmailChange({ session, email: newAddress(), client });
  await sendConfirmationCode(session, client);
  await transaction((tx) => mailNotice(tx, { template: "farewell", email, ...own }));
  const waiting = await beginSignIn(guarded.session, client);
  // A purpose without a row here is a fault of types.
  const ids: Record<ChallengePurpose, string> = {
    registration: await beginRegistration(),
    "sign-in": waiting.id,
    reset: await newestId("reset", { email }),
    "email-change": await newestId("email-change", own),
    "email-cancel": await newestId("email-cancel", own),
    "not-me": await newestId("not-me", own),
    "step-up": await holdForm(session, { act: "a form", fields: {} }),
    "step-up-code": await newestId("step-up-code", own),
    "magic-link": (await askForLink(email, client)).slice(0, 22),
    "passkey-registration": await beginPasskey("passkey-registration", session),
    "passkey-sign-in": await beginPasskey("passkey-sign-in"),
    // Of the sign-in that waits, and not of the session.
    "passkey-second-factor": await beginPasskey("passkey-second-factor", waiting),
    "passkey-step-up": await beginPasskey("passkey-step-up", session),
    "totp-enrolment": await newestId("totp-enrolment", guarded.enrolment),
    notice: await newestId("notice", { email }),
  };
  const others: Record<OtherKind, string> = {
    "device cookie": newDeviceCookie(),
    "refresh token": signedIn.refreshToken,
    "access token": signedIn.accessToken.token,
    "session id": session.id,
    ...guarded.codes,
  };
  const secrets = new Map(Object.entries(others) as [Kind, string][]);
  for (const [purpose, id] of Object.entries(ids) as [ChallengePurpose, string][]) {
    for (const form of Object.keys(forms) as Form[]) {
      secrets.set(`${purpose} ${form}`, forms[form](purpose, id));
    }
  }
  return { client, email, session, guarded: guarded.session, waiting, secrets };
}

function askForLink(email: string, client: Client): Promise<string> {
  const asked = { email, next: null, isPersistent: true, handle: null };
  return requestMagicLink({ ...asked, client });
}

async function beginPasskey(
  purpose: PasskeyCeremony,
  session?: { id: string; userId: string },
): Promise<string> {
  const { handle } = await beginCeremony(db(), purpose, { session });
  return handle.slice(0, 22);
}

async function beginRegistration(): Promise<string> {
  const asked = { email: newAddress(), name: null, password: null, next: null };
  return (await register({ ...asked, client: makeClient() })).slice(0, 22);
}

/** Signed in to an account with every kind of code, and about to have a new app. */
async function makeGuarded(client: Client) {
  const user = await makeUser();
  const { id } = (await signInAsNews(user, client)).session;
  const session = { id, userId: user.id };
  const { secret, backupCodes } = await enrol(user.id, ["totp", "backup_code"]);
  const fresh = await beginEnrollment(session, "Latchkey");
  // A step ahead, so that they count for as long as all of it takes.
  const codes = {
    "code of an app": codeNow(secret, 1),
    "code of a new app": codeNow(fresh.secret, 1),
    "code on paper": backupCodes[0] ?? "",
  };
  return { session, codes, enrolment: { sessionId: id } };
}

/** The sign-in that waits for its second factor, as a ceremony is bound to it. */
async function beginSignIn({ userId }: { userId: string }, client: Client) {
  const asked = await proveFirst({ id: userId, securityVersion: 0 }, client);
  if (asked.status !== "second_factor_required") throw new Error(asked.status);
  return { id: asked.pending.slice(0, 22), userId };
}
