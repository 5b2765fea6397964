import { z } from "zod";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { config } from "@/lib/config";
import { apiRoute } from "@/lib/http/api-route";
import { nextPath } from "@/lib/http/safe-path";
import { answerCheckEmail, pendingHandle } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({
  email: emailAddress,
  next: nextPath,
  remember: z.boolean("Say true or false.").default(true),
});

export const POST = apiRoute(
  { of: "magic_link", body, limit: "mailPerAddress" },
  async (call) => {
    const { email, next = null, remember: isPersistent } = call.input;
    const asked = { email, next, isPersistent, client: call.client };
    const handle = await requestMagicLink({ ...asked, handle: pendingHandle(call) });
    return answerCheckEmail(call, handle, config.challenge.magicLink);
  },
);
