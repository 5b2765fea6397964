// One open link of every purpose that anybody with the mail can use, wherever.
import { askNewEmail, askReset, subjects } from "./account-api";
import { ApiClient } from "./api-client";
import { makePerson, newEmail, password, signIn } from "./fixtures";
import { tokenIn } from "./mailbox";
import type { Installation } from "./server";

/** One fresh link of every purpose that is mailed, each for somebody else. */
export async function mintLinks(app: Installation): Promise<Record<string, string>> {
  const email = newEmail();
  await new ApiClient(app.url).post("/api/auth/register", { email, password });
  const registration = tokenIn(await app.mailbox.wait(email));
  const change = await askNewEmail(app, await makePerson(app));
  const cancelled = await askNewEmail(app, await makePerson(app));
  const { person } = await makePerson(app);
  await signIn(app, person);
  const news = await app.mailbox.waitFor(person.email, subjects.newDevice);
  return {
    registration,
    reset: (await askReset(app, (await makePerson(app)).person.email)).token,
    "email-change": change.token,
    "email-cancel": cancelled.cancelToken,
    "not-me": tokenIn(news),
  };
}

/** Where each is redeemed; a password is sent along wherever one may be. */
export const doors: Record<string, string> = {
  registration: "/api/auth/verify-email",
  reset: "/api/auth/password/reset",
  "email-change": "/api/account/email/confirm",
  "email-cancel": "/api/account/email/cancel",
  "not-me": "/api/auth/not-me",
};
