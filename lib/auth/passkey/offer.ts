// Offering a passkey to whoever signed in without one, or with one of another
// device; never again to whoever does not want it.
import { isEnabled } from "@/lib/auth/policy";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { config } from "@/lib/config";
import { db } from "@/lib/db";

type Owned = { id: string; userId: string };

export type PasskeyOffer = {
  /** On the page, for its owner to take or leave. */
  isOffered: boolean;
  /**
   * The browser may make one by itself: the password was given just now, and nobody
   * has said that they want none.
   */
  mayUpgrade: boolean;
};

const none: PasskeyOffer = { isOffered: false, mayUpgrade: false };

export async function findPasskeyOffer({ id, userId }: Owned): Promise<PasskeyOffer> {
  if (!isEnabled("passkey")) return none;
  const { upgradeWithin, maxPerUser } = config.passkey;
  const [offer] = await db().$queryRaw<PasskeyOffer[]>`
    SELECT w.is_wanted AND p.total < ${maxPerUser} AND CASE WHEN s.is_cross_device
        THEN p.here = 0 ELSE s.passkey_id IS NULL AND p.total = 0 END AS "isOffered",
      w.is_wanted AND p.total < ${maxPerUser} AND s.method = 'password'
        AND s.authenticated_at >
          clock_timestamp() - ${upgradeWithin} * interval '1 millisecond' AS "mayUpgrade"
    FROM session s JOIN "user" u ON u.id = s.user_id,
      LATERAL (SELECT COALESCE(u.passkey_offer_at <= clock_timestamp(), false)) w (is_wanted),
      LATERAL (SELECT count(*)::int AS total,
        count(*) FILTER (WHERE session_id = s.id)::int AS here
        FROM passkey WHERE user_id = u.id) p
    WHERE s.id = ${id} AND s.user_id = ${userId}`;
  if (!offer) return none;
  // A trusted browser is in without the second factor that adding one asks for.
  const mayUpgrade =
    offer.mayUpgrade && (await findConfirmation({ id, userId })).isConfirmed;
  return { ...offer, mayUpgrade };
}

/** "Not now", or never again, whatever a page says that was opened before. */
export async function declinePasskeyOffer(
  { userId }: Owned,
  answer: "not_now" | "never",
): Promise<void> {
  const again = config.passkey.offerAgainAfter;
  await db().$executeRaw`
    UPDATE "user" SET passkey_offer_at = CASE WHEN ${answer} = 'not_now'
      THEN clock_timestamp() + ${again} * interval '1 millisecond' END
    WHERE id = ${userId} AND passkey_offer_at IS NOT NULL`;
}
