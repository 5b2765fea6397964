import { z } from "zod";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { config } from "@/lib/config";
import { apiRoute } from "@/lib/http/api-route";
import { writePending } from "@/lib/http/cookies";
import { nextPath } from "@/lib/http/safe-path";
import { pendingHandle } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({
  email: emailAddress,
  next: nextPath,
  remember: z.boolean("Say true or false.").default(true),
});

export const POST = apiRoute({ body, limit: "mailPerAddress" }, async (call) => {
  const { input, client, jar } = call;
  const { email, next = null, remember } = input;
  const before = pendingHandle(call);
  const asked = { email, next, isPersistent: remember, handle: before, client };
  const handle = await requestMagicLink(asked);
  const isNative = client.channel === "native";
  if (!isNative) writePending(jar, handle, config.challenge.magicLink);
  const pending = isNative && { pendingToken: handle };
  return Response.json({ status: "check_email", ...pending }, { status: 202 });
});
