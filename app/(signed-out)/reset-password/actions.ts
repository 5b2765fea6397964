"use server";

import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { type ResetResult, readResetLink, resetPassword } from "@/lib/auth/reset";
import type { FormState } from "@/lib/form-state";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { openLink, refuseSecret } from "@/lib/http/verification";
import { emailAddress } from "@/lib/mail/address";

const { token, code } = oneTimeSecret;

export const readResetLinkAction = formAction(
  { of: "password", schema: z.object({ token }), limit: "resetPassword" },
  async ({ input }) => ({ values: openLink(await readResetLink(input.token), "reset") }),
);

export const resetByLinkAction = formAction(
  {
    of: "password",
    schema: z.object({ token, password: typedPassword }),
    limit: "resetPassword",
  },
  async ({ input, client }) => {
    const { password } = input;
    return told(await resetPassword({ proof: { token: input.token }, password, client }));
  },
);

export const resetByCodeAction = formAction(
  {
    of: "password",
    schema: z.object({ email: emailAddress, code, password: typedPassword }),
    keep: ["email"],
    limit: "resetPassword",
  },
  async ({ input, client }) => {
    const { email, password } = input;
    const proof = { email, code: input.code };
    return told(await resetPassword({ proof, password, client }));
  },
);

function told(result: ResetResult): Partial<FormState> {
  if (result.status === "refused") throw refuseSecret(result.reason, "reset");
  return { values: { ended: String(result.ended) } };
}
