// A password on its way to becoming somebody's: judged, then hashed.
import { checkHash, hashPassword } from "@/lib/auth/password-hash";
import { judgeNewPassword, normalizePassword } from "@/lib/auth/password-policy";
import { isEnabled } from "@/lib/auth/policy";
import { appName } from "@/lib/brand";
import { invalid } from "@/lib/errors";

type Owner = {
  email: string;
  name: string | null;
  /** The present one, if there is an account already. */
  passwordHash?: string | null;
  passwordBlockedAt?: Date | null;
};

/**
 * Its hash. Throws `invalid_request`, naming `field`, for one that is too weak, and for
 * any where passwords are switched off.
 */
export async function acceptNewPassword(
  password: string,
  owner: Owner,
  field = "password",
): Promise<string> {
  if (!isEnabled("password")) throw invalid(field, "Nobody has a password here.");
  const { email, name } = owner;
  const context = { email, name: name ?? undefined, appName: appName() };
  const fault = judgeNewPassword(password, context);
  if (fault) throw invalid(field, fault);
  const normalized = normalizePassword(password);
  if (await isKnownToOthers(owner, normalized)) {
    throw invalid(field, "Somebody else knew this password. Choose another one.");
  }
  return hashPassword(normalized);
}

/** Its owner said so ("This wasn't me"); the same one again helps nobody. */
async function isKnownToOthers(
  { passwordHash, passwordBlockedAt }: Owner,
  password: string,
): Promise<boolean> {
  if (!passwordHash || !passwordBlockedAt) return false;
  return (await checkHash(passwordHash, password)).isRight;
}
