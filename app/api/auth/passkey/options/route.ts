import { z } from "zod";
import { askForPasskey } from "@/lib/auth/passkey/assertion";
import { apiRoute } from "@/lib/http/api-route";
import { answerOptions } from "@/lib/http/passkey";

/** Nobody is named, so that nothing is told of anybody's account. */
export const POST = apiRoute(
  { of: "passkey", body: z.object({}), limit: "passkeyOptions" },
  async (call) => answerOptions(call, await askForPasskey("passkey-sign-in")),
);
