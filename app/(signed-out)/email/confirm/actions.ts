"use server";

import { z } from "zod";
import { confirmEmailChange, readConfirmLink } from "@/lib/auth/email-change";
import { getSession } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { handTokens } from "@/lib/http/sign-in-answer";
import { openLink, refuseSecret } from "@/lib/http/verification";

const schema = z.object({ token: oneTimeSecret.token });

export const readConfirmLinkAction = formAction(
  { schema, limit: "verifyEmail" },
  async ({ input }) => ({
    values: openLink(await readConfirmLink(input.token), "email-change"),
  }),
);

export const confirmEmailAction = formAction(
  { schema, limit: "verifyEmail" },
  async (call) => {
    const proof = { token: call.input.token };
    const session = await getSession();
    const changed = await confirmEmailChange({ proof, session, client: call.client });
    if (changed.status === "refused") throw refuseSecret(changed.reason, "email-change");
    const { email, ended, tokens } = changed;
    if (tokens) handTokens(call, tokens);
    return {
      values: { email, ended: String(ended), ...(tokens && { isSignedIn: "1" }) },
    };
  },
);
