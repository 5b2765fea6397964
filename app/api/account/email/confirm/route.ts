import { z } from "zod";
import { confirmEmailChange } from "@/lib/auth/email-change";
import { apiRoute } from "@/lib/http/api-route";
import { getSession } from "@/lib/http/current-session";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { handTokens } from "@/lib/http/sign-in-answer";
import { refuseSecret } from "@/lib/http/verification";

const { token, code } = oneTimeSecret;
const body = z.union(
  [
    z.object({ token, code: z.undefined().optional() }),
    z.object({ code, token: z.undefined().optional() }),
  ],
  "Send either a token or a code.",
);

/** A link works anywhere; a code, for the person who is signed in. */
export const POST = apiRoute({ body, limit: "verifyEmail" }, async (call) => {
  const { token, code } = call.input;
  const proof = token === undefined ? { code: code ?? "" } : { token };
  const { client } = call;
  const result = await confirmEmailChange({ proof, session: await getSession(), client });
  if (result.status === "refused") throw refuseSecret(result.reason, "email-change");
  const { status, email, ended, tokens } = result;
  return Response.json({ status, email, ended, ...(tokens && handTokens(call, tokens)) });
});
