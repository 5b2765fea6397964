// What an account can be asked for besides a first factor, read when it is needed:
// a list that is kept beside the rows would some day not be what they say.
import {
  demandsSecond,
  isEnabled,
  type SecondFactor,
  secondFactors,
} from "@/lib/auth/policy";
import type { Connection } from "@/lib/db";

export type Factors = {
  /** The strongest first; without what is switched off. */
  has: SecondFactor[];
  /**
   * A first factor alone is not enough. That is so with one that is switched off, too:
   * a setting must not open what somebody has closed.
   */
  needsTwo: boolean;
  /** What would do besides; empty where nothing is needed, or nothing is left. */
  demanded: SecondFactor[];
  backupCodesLeft: number;
  /** Its owner has turned it on; a role may demand it all the same. */
  isOn: boolean;
};

type Row = {
  role: "user" | "admin";
  isOn: boolean;
  passkey: boolean;
  totp: boolean;
  backupCodes: number;
};

const none: Factors = {
  has: [],
  needsTwo: false,
  demanded: [],
  backupCodesLeft: 0,
  isOn: false,
};

/**
 * Within a transaction the user's row is to be locked first, and in a statement of
 * its own: what is read beside a row that is waited for is of before the wait.
 */
export async function findFactors(
  connection: Connection,
  userId: string,
): Promise<Factors> {
  const [row] = await connection.$queryRaw<Row[]>`
    SELECT role::text AS role, two_factor_at IS NOT NULL AS "isOn",
      EXISTS (SELECT 1 FROM passkey WHERE user_id = u.id AND is_verifiable) AS passkey,
      EXISTS (SELECT 1 FROM totp WHERE user_id = u.id) AS totp,
      (SELECT count(*)::int FROM backup_code
        WHERE user_id = u.id AND used_at IS NULL) AS "backupCodes"
    FROM "user" u WHERE id = ${userId}`;
  if (!row) return none;
  const { isOn, passkey, totp, backupCodes: backupCodesLeft } = row;
  const isThere = { passkey, totp, backup_code: backupCodesLeft > 0 };
  const kept = secondFactors.filter((method) => isThere[method]);
  const has = kept.filter(isEnabled);
  const needsTwo = demandsSecond(row, kept);
  return { has, needsTwo, demanded: needsTwo ? has : [], backupCodesLeft, isOn };
}
