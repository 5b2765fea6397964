import { z } from "zod";
import { secureAccount } from "@/lib/auth/not-me";
import { apiRoute } from "@/lib/http/api-route";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { refuseSecret } from "@/lib/http/verification";

const body = z.object({ token: oneTimeSecret.token });

export const POST = apiRoute({ body, limit: "notMe" }, async ({ input, client }) => {
  const result = await secureAccount(input.token, client);
  if (result.status === "refused") throw refuseSecret(result.reason, "not-me");
  const { status, ended, restoredEmail } = result;
  return Response.json({ status, ended, restoredEmail });
});
