import { z } from "zod";
import { confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { handTokens } from "@/lib/http/sign-in-answer";

const body = z.object({ code: oneTimeSecret.secondFactor });

/** The confirmation was asked for before the key left. */
export const POST = apiRoute({ body, limit: "confirm" }, async (call) => {
  const { input, client } = call;
  const session = await requireSession();
  const answer = { session, code: input.code, client };
  const { backupCodes, ended, tokens } = await confirmEnrollment(answer);
  return Response.json({ backupCodes, ended, ...handTokens(call, tokens) });
});
