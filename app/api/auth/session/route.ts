import { apiRoute } from "@/lib/http/api-route";
import { getSession } from "@/lib/http/current-session";

export const GET = apiRoute({ limit: "account" }, async () => {
  const current = await getSession();
  if (!current) return Response.json(null);
  const { userId, email, name, role, id, aal, amr, createdAt, expiresAt, idleExpiresAt } =
    current;
  return Response.json({
    user: { id: userId, email, name, role },
    session: { id, aal, amr, createdAt, expiresAt, idleExpiresAt },
    expires: expiresAt,
  });
});
