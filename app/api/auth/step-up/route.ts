import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { codeMethods } from "@/lib/auth/second-factor/code";
import { confirm } from "@/lib/auth/step-up/confirm";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { destructiveAct, sendCode } from "@/lib/http/confirmation";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { handTokens } from "@/lib/http/sign-in-answer";

const body = z.discriminatedUnion(
  "method",
  [
    z.object({
      method: z.literal("password"),
      password: typedPassword,
      for: destructiveAct,
    }),
    z.object({
      method: z.enum(codeMethods),
      code: oneTimeSecret.secondFactor,
      for: destructiveAct,
    }),
    z.object({
      method: z.literal("email_code"),
      /** Without one, a mail with one is sent. */
      code: oneTimeSecret.code.optional(),
      for: destructiveAct,
    }),
  ],
  "Say a method: password, totp, backup_code or email_code.",
);

export const POST = apiRoute({ body, limit: "confirm" }, async (call) => {
  const { input, client } = call;
  const session = await requireSession();
  if (input.method === "email_code" && input.code === undefined) {
    await sendCode(session, client);
    return Response.json({ status: "check_email" }, { status: 202 });
  }
  const { for: act, ...given } = input;
  const proof = given.method === "email_code" ? { code: "", ...given } : given;
  const confirmed = await confirm({ session, client, act }, proof);
  const { isPersistent: _, ...shown } = confirmed.session;
  return Response.json({ session: shown, ...handTokens(call, confirmed) });
});
