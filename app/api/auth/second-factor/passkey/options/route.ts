import { z } from "zod";
import { askForSecondPasskey } from "@/lib/auth/second-factor/sign-in";
import { apiRoute } from "@/lib/http/api-route";
import { answerOptions } from "@/lib/http/passkey";
import { pendingHandle } from "@/lib/http/sign-in-answer";

export const POST = apiRoute(
  { of: "passkey", body: z.object({}), limit: "passkeyOptions" },
  async (call) =>
    answerOptions(call, await askForSecondPasskey(pendingHandle(call), call.client)),
);
