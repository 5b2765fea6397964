// Browsers that an account has been signed in from before. They have a budget of
// wrong passwords to themselves, and signing in from them is no news. A device
// cookie proves no identity: knowing a browser opens nothing.
import type { Client } from "@/lib/auth/client";
import type { Transaction } from "@/lib/db";

/** Whether it was unknown; a native client, which bears no cookie, always is. */
export async function rememberBrowser(
  tx: Transaction,
  userId: string,
  { deviceHash }: Client,
): Promise<boolean> {
  if (!deviceHash) return true;
  // `xmax` is 0 for a row that this statement has inserted.
  const [row] = await tx.$queryRaw<{ isNew: boolean }[]>`
    INSERT INTO known_browser (user_id, device_hash) VALUES (${userId}, ${deviceHash})
    ON CONFLICT (user_id, device_hash) DO UPDATE SET last_seen_at = clock_timestamp()
    RETURNING xmax = 0 AS "isNew"`;
  return row?.isNew ?? true;
}

/** After a password was lost or stolen, its next use anywhere is news again. */
export async function forgetBrowsers(tx: Transaction, userId: string): Promise<void> {
  await tx.knownBrowser.deleteMany({ where: { userId } });
}
