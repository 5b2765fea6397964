import { z } from "zod";
import { requestReset } from "@/lib/auth/reset";
import { apiRoute } from "@/lib/http/api-route";
import { boundClient } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({ email: emailAddress });

export const POST = apiRoute(
  { of: "password", body, limit: "mailPerAddress" },
  async (call) => {
    await requestReset(call.input.email, boundClient(call));
    return Response.json({ status: "check_email" }, { status: 202 });
  },
);
