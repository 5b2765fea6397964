"use server";

import { z } from "zod";
import { cancelEmailChange, readCancelLink } from "@/lib/auth/email-cancel";
import { Refusal } from "@/lib/errors";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { openLink, refuseSecret } from "@/lib/http/verification";

const schema = z.object({ token: oneTimeSecret.token });

const tooLate = {
  over: "This change is not waiting any more, and your address was not changed.",
  gone:
    "Your account has yet another address by now. In the mail that told you of the " +
    'first change, open the link "This wasn\'t me".',
};

export const readCancelLinkAction = formAction(
  { schema, limit: "verifyEmail" },
  async ({ input }) => {
    const about = openLink(await readCancelLink(input.token), "email-cancel");
    const { change } = about;
    if (change === "waiting" || change === "done") return { values: about };
    throw new Refusal("conflict", { detail: tooLate[change], extra: { reason: change } });
  },
);

export const cancelEmailAction = formAction(
  { schema, limit: "verifyEmail" },
  async ({ input, client }) => {
    const cancelled = await cancelEmailChange(input.token, client);
    if (cancelled.status === "refused") {
      throw refuseSecret(cancelled.reason, "email-cancel");
    }
    const { status, email } = cancelled;
    return { values: { status, email } };
  },
);
