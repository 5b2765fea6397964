import { z } from "zod";
import { findTwoFactor, regenerateBackupCodes } from "@/lib/auth/second-factor/settings";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { handTokens } from "@/lib/http/sign-in-answer";

export const GET = apiRoute({ limit: "account" }, async () => {
  const { userId } = await requireSession();
  const { backupCodesLeft: remaining } = await findTwoFactor(userId);
  return Response.json({ remaining });
});

export const POST = apiRoute({ body: z.object({}), limit: "confirm" }, async (call) => {
  const { client } = call;
  const session = await requireSession();
  await requireConfirmation(session);
  const { backupCodes, tokens } = await regenerateBackupCodes({ session, client });
  return Response.json({ backupCodes, ...handTokens(call, tokens) });
});
