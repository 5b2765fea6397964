"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { findRegistration } from "@/lib/auth/registration/begin";
import { resendRegistration } from "@/lib/auth/registration/resend";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { config } from "@/lib/config";
import { writePending } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { refuseCode } from "@/lib/http/verification";

const codeSchema = z.object({
  code: z.string().trim().min(1, "Enter the six digits from the mail.").max(20),
});

export const verifyCodeAction = formAction(
  { schema: codeSchema, limit: "verifyEmail" },
  async (call) => {
    const verified = await verifyRegistration({
      proof: { code: call.input.code },
      handle: call.cookies.pending,
      password: null,
      client: boundClient(call),
      previousToken: call.cookies.refresh,
    });
    if (verified.status !== "finished") throw refuseCode(verified);
    return redirectSignedIn(call.jar, verified.result, verified.next);
  },
);

export const resendAction = formAction(
  { schema: z.object({}), limit: "mailPerAddress" },
  async ({ client, cookies, jar }) => {
    const handle = cookies.pending
      ? await resendRegistration(cookies.pending, client)
      : null;
    if (!handle) redirect("/signup");
    writePending(jar, handle, config.challenge.registration);
    const fresh = await findRegistration(handle);
    const resendAvailableAt = fresh?.resendAt.toISOString() ?? "";
    return { message: "We sent a new mail.", values: { resendAvailableAt } };
  },
);
