import { z } from "zod";
import { signInWithPassword } from "@/lib/auth/password";
import { typedPassword } from "@/lib/auth/password-policy";
import { apiRoute } from "@/lib/http/api-route";
import { answerSignIn, boundClient } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

const body = z.object({
  email: emailAddress,
  password: typedPassword,
  /** Only where the answer asks for it: the password has come onto a list. */
  newPassword: typedPassword.optional(),
  remember: z.boolean("Say true or false.").default(true),
});

export const POST = apiRoute({ of: "password", body, limit: "signIn" }, async (call) => {
  const { email, password, newPassword, remember } = call.input;
  const result = await signInWithPassword({
    email,
    password,
    newPassword,
    isPersistent: remember,
    client: boundClient(call),
    previousToken: call.cookies.refresh,
  });
  return answerSignIn(call, result);
});
