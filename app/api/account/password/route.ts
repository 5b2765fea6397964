import { z } from "zod";
import { changePassword } from "@/lib/auth/change-password";
import { typedPassword } from "@/lib/auth/password-policy";
import { prove } from "@/lib/auth/step-up/confirm";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { handTokens } from "@/lib/http/sign-in-answer";

const body = z.object({
  newPassword: typedPassword,
  /** Confirms by itself, where nothing stronger is asked for. */
  currentPassword: typedPassword.optional(),
});

export const POST = apiRoute({ of: "password", body, limit: "confirm" }, async (call) => {
  const { input, client } = call;
  const session = await requireSession();
  const { newPassword, currentPassword: password } = input;
  if (password === undefined) await requireConfirmation(session);
  const proof =
    password === undefined
      ? undefined
      : await prove({ session, client }, { method: "password", password });
  const { tokens, ended } = await changePassword({ session, newPassword, proof, client });
  return Response.json({
    status: "password_changed",
    ended,
    ...handTokens(call, tokens),
  });
});

export const DELETE = apiRoute({ of: "password", limit: "confirm" }, async (call) => {
  const session = await requireSession();
  await requireConfirmation(session);
  const change = { session, newPassword: null, client: call.client };
  const { tokens, ended } = await changePassword(change);
  return Response.json({
    status: "password_removed",
    ended,
    ...handTokens(call, tokens),
  });
});
