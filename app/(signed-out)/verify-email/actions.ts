"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { renewRegistration } from "@/lib/auth/registration/resend";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { config } from "@/lib/config";
import { writePending } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { refuseCode } from "@/lib/http/verification";

const token = z.string().max(200);
const schema = z.object({
  token,
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

export const renewLinkAction = formAction(
  { schema: z.object({ token }), limit: "mailPerAddress" },
  async ({ input, client, cookies, jar }) => {
    const { pending } = cookies;
    const handle = await renewRegistration({ ...input, handle: pending, client });
    // The same words whether or not a mail has left.
    if (!handle) return { message: "We sent a new mail. Open the link in it." };
    writePending(jar, handle, config.challenge.registration);
    redirect("/check-email");
  },
);
