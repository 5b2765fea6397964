// The links that the account's mails carry, asked for over the API.
import type { ApiClient } from "./api-client";
import { expect } from "./fixtures";
import { linkIn, type Mailbox, type Received } from "./mailbox";
import type { Installation } from "./server";

export type LinkPath = "/reset-password" | "/not-me" | "/email/confirm" | "/email/cancel";

/** The `nth` mail to this address that carries a link to `path`. */
export async function mailWithLink(
  mailbox: Mailbox,
  address: string,
  path: LinkPath,
  nth = 1,
): Promise<Received> {
  let left = nth;
  for (let count = 1; ; count += 1) {
    const mail = await mailbox.wait(address, count);
    if (mail.text.includes(`${path}#token=`)) left -= 1;
    if (left === 0) return mail;
  }
}

/** The link to `path`, which need not be the first in its mail. */
export function linkTo(mail: Received, path: LinkPath): string {
  const link = new RegExp(`^https?://\\S+${path}#token=\\S+`, "m").exec(mail.text)?.[0];
  return link?.trim() ?? linkIn(mail);
}

/** Asks for a reset as `client` and answers its mail. */
export async function askReset(
  app: Installation,
  client: ApiClient,
  email: string,
  nth = 1,
): Promise<Received> {
  const answer = await client.post("/api/auth/password/forgot", { email });
  expect(answer.status, answer.text).toBe(202);
  return mailWithLink(app.mailbox, email, "/reset-password", nth);
}

/** Asks, right after a sign-in, for another address; answers both links. */
export async function askEmailChange(
  app: Installation,
  client: ApiClient,
  change: { from: string; to: string },
): Promise<{ confirm: string; cancel: string }> {
  const answer = await client.post("/api/account/email", { email: change.to });
  expect(answer.status, answer.text).toBe(202);
  const confirm = await mailWithLink(app.mailbox, change.to, "/email/confirm");
  const cancel = await mailWithLink(app.mailbox, change.from, "/email/cancel");
  return {
    confirm: linkTo(confirm, "/email/confirm"),
    cancel: linkTo(cancel, "/email/cancel"),
  };
}

/** Every link to this address stops working now. */
export async function expireLinks(app: Installation, email: string): Promise<void> {
  await app.sql("UPDATE challenge SET expires_at = now() WHERE email = $1", [email]);
}
