import { apiRoute } from "@/lib/http/api-route";
import { signOut } from "@/lib/http/sign-out";

export const POST = apiRoute({ limit: "account" }, async (call) => {
  await signOut(call);
  return new Response(null, { status: 204, headers: { "Clear-Site-Data": '"cache"' } });
});
