import { removeTrustedBrowser } from "@/lib/auth/trusted-browser";
import { Refusal } from "@/lib/errors";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { pathId } from "@/lib/http/opaque-id";

export const DELETE = apiRoute({ limit: "account" }, async (call) => {
  const session = await requireSession();
  const removal = { session, browserId: pathId(call) };
  if (!(await removeTrustedBrowser(removal, call.client))) throw new Refusal("not_found");
  return new Response(null, { status: 204 });
});
