import { z } from "zod";
import { turnOffTwoFactor, turnOnTwoFactor } from "@/lib/auth/second-factor/settings";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { handTokens } from "@/lib/http/sign-in-answer";

/** With the passkeys that the account has. */
export const POST = apiRoute({ body: z.object({}), limit: "confirm" }, async (call) => {
  const { client } = call;
  const session = await requireSession();
  await requireConfirmation(session);
  const { backupCodes, ended, tokens } = await turnOnTwoFactor({ session, client });
  return Response.json({ backupCodes, ended, ...handTokens(call, tokens) });
});

export const DELETE = apiRoute({ limit: "confirm" }, async (call) => {
  const { client } = call;
  const session = await requireSession();
  await requireConfirmation(session, "disable_two_factor");
  const { tokens, ended } = await turnOffTwoFactor({ session, client });
  return Response.json({ status: "two_factor_off", ended, ...handTokens(call, tokens) });
});
