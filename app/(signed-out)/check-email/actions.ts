"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { Client } from "@/lib/auth/client";
import { redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import {
  findMagicLink,
  isMagicLink,
  resendMagicLink,
} from "@/lib/auth/magic-link/request";
import { findRegistration } from "@/lib/auth/registration/begin";
import { resendRegistration } from "@/lib/auth/registration/resend";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { config } from "@/lib/config";
import { writePending } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { refuseDisabled } from "@/lib/http/method";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { refuseCode, refuseSecret } from "@/lib/http/verification";
import { askAgainPath } from "./way-back";

type Call = Parameters<typeof boundClient>[0];

/** What the page waits for: the cookie that says so ends with the mail's time. */
const awaited = z.enum(["magic-link", "registration"]).optional();
const codeSchema = z.object({ code: oneTimeSecret.code, awaited });

export const verifyCodeAction = formAction(
  { schema: codeSchema, limit: "verifyEmail" },
  async (call) => {
    const { code, awaited } = call.input;
    const isLate = awaited === "magic-link" && !isMagicLink(call.cookies.pending);
    if (isLate) throw refuseSecret("expired", "magic-link");
    const redeemed = await redeem(code, call);
    return redirectSignedIn(call.jar, redeemed.result, redeemed.next);
  },
);

/** The cookie says which mail this browser waits for. */
async function redeem(code: string, call: Call) {
  const { pending: handle, refresh: previousToken } = call.cookies;
  const redemption = {
    proof: { code },
    handle,
    client: boundClient(call),
    previousToken,
  };
  if (isMagicLink(handle)) {
    refuseDisabled("magic_link");
    const redeemed = await redeemMagicLink(redemption);
    if (redeemed.status === "finished") return redeemed;
    throw refuseSecret(redeemed.reason, "magic-link");
  }
  const verified = await verifyRegistration({ ...redemption, password: null });
  if (verified.status === "finished") return verified;
  throw refuseCode(verified);
}

export const resendAction = formAction(
  { schema: z.object({ awaited }), limit: "mailPerAddress" },
  async ({ input, client, cookies, jar }) => {
    const { pending } = cookies;
    const resent = pending && (await resend(pending, client));
    // By another click, perhaps: the page knows whether there is anything to wait for.
    if (!resent) redirect(pending ? "/check-email" : askAgainPath(null, input.awaited));
    writePending(jar, resent.handle, resent.lifetime);
    const resendAvailableAt = resent.resendAt?.toISOString() ?? "";
    return { message: "We sent a new mail.", values: { resendAvailableAt } };
  },
);

async function resend(pending: string, client: Client) {
  if (isMagicLink(pending)) {
    refuseDisabled("magic_link");
    const handle = await resendMagicLink(pending, client);
    const fresh = await findMagicLink(handle);
    const lifetime = config.challenge.magicLink;
    return handle && { handle, lifetime, resendAt: fresh?.resendAt };
  }
  const handle = await resendRegistration(pending, client);
  const fresh = await findRegistration(handle);
  const lifetime = config.challenge.registration;
  return handle && { handle, lifetime, resendAt: fresh?.resendAt };
}
