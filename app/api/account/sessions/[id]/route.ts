import { endSession } from "@/lib/auth/session";
import { Refusal } from "@/lib/errors";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { clearSession } from "@/lib/http/cookies";
import { pathId } from "@/lib/http/opaque-id";

export const DELETE = apiRoute({ limit: "account" }, async (call) => {
  const { client, jar } = call;
  const { userId, id: currentId } = await requireSession();
  const sessionId = pathId(call);
  const isCurrent = sessionId === currentId;
  const reason = isCurrent ? "signed_out" : "signed_out_elsewhere";
  // Somebody else's is as unknown as one that never was.
  if (!(await endSession({ sessionId, userId, reason }, client)))
    throw new Refusal("not_found");
  if (isCurrent && client.channel === "browser") clearSession(jar);
  return new Response(null, { status: 204 });
});
