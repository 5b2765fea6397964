import { z } from "zod";
import { endOtherSessions, listSessions } from "@/lib/auth/session";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { parseInput } from "@/lib/http/input";
import { listCursor } from "@/lib/http/opaque-id";

const query = z.object({
  limit: z.coerce.number("Say a number.").int().min(1).max(100).default(25),
  cursor: listCursor,
});

export const GET = apiRoute({ limit: "account" }, async ({ request }) => {
  const { userId, id: currentId } = await requireSession();
  const given = Object.fromEntries(new URL(request.url).searchParams);
  const { limit, cursor = null } = parseInput(query, given);
  // One more than asked for tells whether there is another page.
  const found = await listSessions(userId, { limit: limit + 1, after: cursor });
  const items = found
    .slice(0, limit)
    .map((item) => ({ ...item, current: item.id === currentId }));
  const nextCursor = found.length > limit ? (items.at(-1)?.id ?? null) : null;
  return Response.json({ items, nextCursor });
});

export const DELETE = apiRoute({ limit: "account" }, async ({ client }) => {
  const { userId, id: keepSessionId } = await requireSession();
  return Response.json({
    ended: await endOtherSessions({ userId, keepSessionId }, client),
  });
});
