import { z } from "zod";
import { requestEmailChange } from "@/lib/auth/email-change";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({ email: emailAddress });

export const POST = apiRoute(
  { body, limit: "mailPerAddress" },
  async ({ input, client }) => {
    const session = await requireSession();
    await requireConfirmation(session);
    await requestEmailChange({ session, email: input.email, client });
    return Response.json({ status: "check_email" }, { status: 202 });
  },
);
