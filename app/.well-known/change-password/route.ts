import { requireMethod } from "@/lib/http/method";

export const dynamic = "force-dynamic";

// Where password managers send people
// (w3c.github.io/webappsec-change-password-url); the page may move one day.
export function GET(): Response {
  requireMethod("password");
  const headers = { Location: "/settings/security", "Cache-Control": "no-store" };
  return new Response(null, { status: 302, headers });
}
