"use server";

import { z } from "zod";
import { signInWithPassword } from "@/lib/auth/password";
import { typedPassword } from "@/lib/auth/password-policy";
import { formAction } from "@/lib/http/form-action";
import { nextPath } from "@/lib/http/safe-path";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

const schema = z.object({
  email: emailAddress,
  password: typedPassword,
  newPassword: typedPassword.optional(),
  remember: z.string().optional(),
  next: nextPath,
});

export const loginAction = formAction(
  { schema, keep: ["email", "remember"], limit: "signIn" },
  async (call) => {
    const { email, password, newPassword, remember, next } = call.input;
    const result = await signInWithPassword({
      email,
      password,
      newPassword,
      isPersistent: remember !== undefined,
      client: boundClient(call),
      previousToken: call.cookies.refresh,
    });
    return redirectSignedIn(call.jar, result, next);
  },
);
