import { z } from "zod";
import { beginRegistration } from "@/lib/auth/passkey/register";
import { appName } from "@/lib/brand";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { answerOptions } from "@/lib/http/passkey";

const body = z.object({
  /** The browser is to make it by itself, after a sign-in with a password. */
  conditional: z.boolean("Say true or false.").default(false),
});

export const POST = apiRoute({ body, limit: "account" }, async (call) => {
  const session = await requireSession();
  await requireConfirmation(session);
  const isConditional = call.input.conditional;
  const beginning = { session, isConditional, rpName: appName() };
  return answerOptions(call, await beginRegistration(beginning));
});
