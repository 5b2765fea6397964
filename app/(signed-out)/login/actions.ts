"use server";

import { z } from "zod";
import { askForLink } from "@/app/(signed-out)/magic-link/ask-for-link";
import { signInWithPasskey } from "@/lib/auth/passkey/sign-in";
import { signInWithPassword } from "@/lib/auth/password";
import { typedPassword } from "@/lib/auth/password-policy";
import type { FormState } from "@/lib/form-state";
import { clearCeremony } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { assertionResponse, inForm } from "@/lib/http/passkey";
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

const signInWithPasswordAction = formAction(
  { of: "password", schema, keep: ["email", "remember"], limit: "signIn" },
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

/** The form's own button, or the one that asks for a mail instead. */
export async function loginAction(state: FormState, form: FormData): Promise<FormState> {
  const wantsLink = form instanceof FormData && form.get("intent") === "link";
  return wantsLink ? askForLink(state, form) : signInWithPasswordAction(state, form);
}

const passkeySchema = z.object({
  response: inForm(assertionResponse),
  remember: z.string().optional(),
  next: nextPath,
});

export const signInWithPasskeyAction = formAction(
  { of: "passkey", schema: passkeySchema, limit: "passkey" },
  async (call) => {
    const { response, remember, next } = call.input;
    clearCeremony(call.jar);
    const result = await signInWithPasskey({
      response,
      handle: call.cookies.ceremony,
      isPersistent: remember !== undefined,
      client: boundClient(call),
      previousToken: call.cookies.refresh,
    });
    return redirectSignedIn(call.jar, result, next);
  },
);
