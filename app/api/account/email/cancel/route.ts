import { z } from "zod";
import { cancelEmailChange, cancelPendingEmail } from "@/lib/auth/email-cancel";
import { Refusal } from "@/lib/errors";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { refuseSecret } from "@/lib/http/verification";

const body = z.object({ token: oneTimeSecret.token.optional() });

/** With the link's token from anywhere; without one, by whoever is signed in. */
export const POST = apiRoute(
  { body, limit: "verifyEmail" },
  async ({ input, client }) => {
    if (input.token === undefined) {
      const isCancelled = await cancelPendingEmail(await requireSession(), client);
      if (!isCancelled) throw new Refusal("not_found");
      return Response.json({ status: "cancelled" });
    }
    const result = await cancelEmailChange(input.token, client);
    if (result.status === "refused") throw refuseSecret(result.reason, "email-cancel");
    return Response.json(result);
  },
);
