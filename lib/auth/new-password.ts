// A password on its way to becoming somebody's: judged, then hashed.
import { hashPassword } from "@/lib/auth/password-hash";
import { judgeNewPassword, normalizePassword } from "@/lib/auth/password-policy";
import { appName } from "@/lib/brand";
import { invalid } from "@/lib/errors";

type Owner = { email: string; name: string | null };

/** Its hash. Throws `invalid_request`, naming `field`, for one that is too weak. */
export async function acceptNewPassword(
  password: string,
  { email, name }: Owner,
  field = "password",
): Promise<string> {
  const context = { email, name: name ?? undefined, appName: appName() };
  const fault = judgeNewPassword(password, context);
  if (fault) throw invalid(field, fault);
  return hashPassword(normalizePassword(password));
}
