import { publicKeys } from "@/lib/auth/access-token";

export const dynamic = "force-dynamic";

// Public by design. Short, so that a retired key is not trusted for long.
export async function GET(): Promise<Response> {
  const headers = { "Cache-Control": "public, max-age=300" };
  return Response.json(await publicKeys(), { headers });
}
