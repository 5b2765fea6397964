import { z } from "zod";
import { beginEnrollment } from "@/lib/auth/second-factor/enrollment";
import { removeTotp } from "@/lib/auth/second-factor/settings";
import { appName } from "@/lib/brand";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { handTokens } from "@/lib/http/sign-in-answer";

export const POST = apiRoute({ body: z.object({}), limit: "account" }, async () => {
  const session = await requireSession();
  await requireConfirmation(session);
  return Response.json(await beginEnrollment(session, appName()));
});

export const DELETE = apiRoute({ limit: "confirm" }, async (call) => {
  const { client } = call;
  const session = await requireSession();
  await requireConfirmation(session, "disable_two_factor");
  const { tokens, ended } = await removeTotp({ session, client });
  return Response.json({ status: "totp_removed", ended, ...handTokens(call, tokens) });
});
