import { z } from "zod";
import { signInWithPasskey } from "@/lib/auth/passkey/sign-in";
import { apiRoute } from "@/lib/http/api-route";
import { assertionResponse, takeHandle } from "@/lib/http/passkey";
import { answerSignIn, boundClient } from "@/lib/http/sign-in-answer";

const body = z.object({
  response: assertionResponse,
  remember: z.boolean("Say true or false.").default(true),
});

export const POST = apiRoute({ of: "passkey", body, limit: "passkey" }, async (call) => {
  const { response, remember } = call.input;
  const result = await signInWithPasskey({
    response,
    handle: takeHandle(call),
    isPersistent: remember,
    client: boundClient(call),
    previousToken: call.cookies.refresh,
  });
  return answerSignIn(call, result);
});
