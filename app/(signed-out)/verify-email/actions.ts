"use server";

import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { verifyRegistration } from "@/lib/auth/registration";
import { formAction } from "@/lib/http/form-action";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { refuseCode } from "@/lib/http/verification";

const schema = z.object({
  token: z.string().max(200),
  password: typedPassword.optional(),
});

export const verifyLinkAction = formAction(
  { schema, limit: "verifyEmail" },
  async (call) => {
    const verified = await verifyRegistration({
      proof: { token: call.input.token },
      handle: call.cookies.pending,
      password: call.input.password ?? null,
      client: boundClient(call),
      previousToken: call.cookies.refresh,
    });
    if (verified.status === "password_needed") {
      // Nothing is wrong yet: the form asks, and only then may complain.
      return { values: { needPassword: "1", email: verified.email } };
    }
    if (verified.status === "refused") throw refuseCode(verified);
    return redirectSignedIn(call.jar, verified.result, verified.next);
  },
);
