import { z } from "zod";
import { findPasskeyOffer } from "@/lib/auth/passkey/offer";
import { beginRegistration } from "@/lib/auth/passkey/register";
import { appName } from "@/lib/brand";
import { Refusal } from "@/lib/errors";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { answerOptions } from "@/lib/http/passkey";

const body = z.object({
  /** The browser is to make it by itself, after a sign-in with a password. */
  conditional: z.boolean("Say true or false.").default(false),
});

export const POST = apiRoute({ of: "passkey", body, limit: "account" }, async (call) => {
  const session = await requireSession();
  await requireConfirmation(session);
  const isConditional = call.input.conditional;
  // Without a gesture only where the password was given just now.
  if (isConditional && !(await findPasskeyOffer(session)).mayUpgrade) {
    throw new Refusal("forbidden");
  }
  const beginning = { session, isConditional, rpName: appName() };
  return answerOptions(call, await beginRegistration(beginning));
});
