import { listActivity } from "@/lib/auth/activity";
import { activityQuery } from "@/lib/http/activity-query";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { parseInput } from "@/lib/http/input";

export const GET = apiRoute({ limit: "account" }, async ({ request }) => {
  const { userId, id: currentId } = await requireSession();
  const given = Object.fromEntries(new URL(request.url).searchParams);
  const { limit, cursor, ...filter } = parseInput(activityQuery, given);
  // One more than asked for tells whether there is another page.
  const page = { ...filter, limit: limit + 1, after: cursor };
  const found = await listActivity(userId, page);
  const items = found
    .slice(0, limit)
    .map((item) => ({ ...item, isCurrentSession: item.sessionId === currentId }));
  const nextCursor = found.length > limit ? (items.at(-1)?.id ?? null) : null;
  return Response.json({ items, nextCursor });
});
