import { z } from "zod";
import { askForPasskey } from "@/lib/auth/passkey/assertion";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { answerOptions } from "@/lib/http/passkey";

export const POST = apiRoute(
  { of: "passkey", body: z.object({}), limit: "passkeyOptions" },
  async (call) => {
    const session = await requireSession();
    return answerOptions(call, await askForPasskey("passkey-step-up", session));
  },
);
