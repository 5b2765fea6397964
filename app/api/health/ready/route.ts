import { checkHealth } from "@/lib/health";

export async function GET(): Promise<Response> {
  const health = await checkHealth();
  const headers = { "Cache-Control": "no-store" };
  if (health.status === "ready") return Response.json(health, { headers });
  return Response.json(health, {
    status: 503,
    headers: { ...headers, "Retry-After": "5" },
  });
}
