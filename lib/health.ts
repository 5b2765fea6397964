// Whether this node can serve. Names the part that is down, never why.
import { db } from "@/lib/db";
import { log } from "@/lib/log";

export type Health = {
  status: "ready" | "unavailable";
  parts: { database: "up" | "down" };
};

export async function checkHealth(): Promise<Health> {
  try {
    await db().$queryRaw`SELECT 1`;
    return { status: "ready", parts: { database: "up" } };
  } catch (error) {
    log.warn({ event: "not_ready", part: "database", reason: String(error) });
    return { status: "unavailable", parts: { database: "down" } };
  }
}
