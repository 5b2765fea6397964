// Asking for a sign-in link, and using it, as a browser and a mailbox do together.
import { linkToken } from "@/lib/auth/challenge";
import { redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { mailedCode } from "@/lib/auth/mailed-code";
import { db } from "@/lib/db";
import { makeClient } from "@/tests/people";

type Asking = Partial<Parameters<typeof requestMagicLink>[0]>;
type Redemption = Parameters<typeof redeemMagicLink>[0];

/** `token` and `code` are what the mail says, `handle` what the browser keeps. */
export async function askForLink(email: string, over: Asking = {}) {
  const client = over.client ?? makeClient();
  const asked = { next: null, isPersistent: true, handle: null, ...over };
  const handle = await requestMagicLink({ ...asked, email, client });
  return { email, client, ...secretsOf(handle) };
}

export type AskedLink = Awaited<ReturnType<typeof askForLink>>;

export function secretsOf(handle: string) {
  const id = handle.slice(0, 22);
  const token = linkToken("magic-link", id);
  return { id, handle, token, code: mailedCode("magic-link", id) };
}

/** In the browser that asked, unless told otherwise. */
export function redeem(
  { token, handle, client }: AskedLink,
  over: Partial<Redemption> = {},
) {
  const own = { proof: { token }, handle, client, previousToken: null };
  return redeemMagicLink({ ...own, ...over });
}

/** A browser that asked for nothing. */
export const elsewhere = () => ({ handle: null, client: makeClient() });

export const refused = (reason: string) => ({ status: "refused", reason });

export const readLinkRow = (id: string) =>
  db().challenge.findUniqueOrThrow({ where: { id } });

export const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

/** How many mails were queued about these rows. */
export async function mailsAbout(...handles: string[]): Promise<number> {
  const ids = handles.map((handle) => handle.slice(0, 22));
  const [row] = await db().$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pgboss.job
    WHERE name = 'mail' AND data->>'challengeId' = ANY(${ids})`;
  return row?.n ?? 0;
}
