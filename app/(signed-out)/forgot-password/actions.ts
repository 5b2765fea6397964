"use server";

import { z } from "zod";
import { requestReset } from "@/lib/auth/reset";
import { config } from "@/lib/config";
import { formAction } from "@/lib/http/form-action";
import { mailLink } from "@/lib/http/mail-link";
import { boundClient } from "@/lib/http/sign-in-answer";
import { emailAddress } from "@/lib/mail/address";

/** `again` says that the address was typed on this page before. */
const schema = z.object({ email: emailAddress, again: z.string().optional() });

export const requestResetAction = formAction(
  { of: "password", schema, keep: ["email", "again"], limit: "mailPerAddress" },
  async (call) => {
    const { email, again } = call.input;
    await requestReset(email, boundClient(call));
    const inbox = mailLink(email);
    const resendAt = Date.now() + config.challenge.resendAfter;
    return {
      message: again && "Another mail is on its way.",
      values: {
        email,
        resendAvailableAt: new Date(resendAt).toISOString(),
        ...(inbox && { mailHref: inbox.href, mailLabel: inbox.label }),
      },
    };
  },
);
