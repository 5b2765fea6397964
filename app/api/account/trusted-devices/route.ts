import { listTrustedBrowsers } from "@/lib/auth/trusted-browser";
import { apiRoute, requireSession } from "@/lib/http/api-route";

export const GET = apiRoute({ limit: "account" }, async ({ client }) => {
  const { userId } = await requireSession();
  const trusted = await listTrustedBrowsers(userId, client);
  const items = trusted.map(({ isThis: current, ...browser }) => ({
    ...browser,
    current,
  }));
  return Response.json({ items, nextCursor: null });
});
