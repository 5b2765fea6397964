import { relyingParty } from "@/lib/auth/passkey/ceremony";
import { requireMethod } from "@/lib/http/method";

export const dynamic = "force-dynamic";

// Where password managers send people to add and to manage passkeys
// (w3c.github.io/webappsec-passkey-endpoints).
export function GET(): Response {
  requireMethod("passkey");
  const page = `${relyingParty().origin}/settings/passkeys`;
  const headers = { "Cache-Control": "public, max-age=3600" };
  return Response.json({ enroll: `${page}?add=1`, manage: page }, { headers });
}
