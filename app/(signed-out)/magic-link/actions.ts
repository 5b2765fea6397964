"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { readMagicLink, redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import { renewMagicLink } from "@/lib/auth/magic-link/request";
import { config } from "@/lib/config";
import { Refusal } from "@/lib/errors";
import { writePending } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { openLink, refuseSecret } from "@/lib/http/verification";

const { token } = oneTimeSecret;

export const readMagicLinkAction = formAction(
  { of: "magic_link", schema: z.object({ token }), limit: "magicLink" },
  async ({ input, cookies }) => {
    const link = await readMagicLink(input.token, cookies.pending);
    const { email, isNew, elsewhere } = openLink(link, "magic-link");
    if (elsewhere) {
      const { asker, askedAt, code } = elsewhere;
      const { browser, os, location } = asker;
      const device = [browser, os].filter(Boolean).join(" on ") || "Unknown browser";
      const asked = { device, place: location ?? "", askedAt: askedAt.toISOString() };
      return { values: { email, code, ...asked } };
    }
    const other = await otherThan(email);
    return {
      values: {
        email,
        isNew: isNew ? "1" : "",
        ...(other && { instead: other.userId, signedInAs: other.email }),
      },
    };
  },
);

/** Somebody else who is signed in here: nobody is switched without being asked. */
async function otherThan(email: string) {
  const session = await getSession();
  return session && session.email !== email ? session : null;
}

const schema = z.object({
  token,
  /** Whom the page named as being signed in here. */
  instead: z.string().max(64).optional(),
});

export const redeemMagicLinkAction = formAction(
  { of: "magic_link", schema, limit: "magicLink" },
  async (call) => {
    const { token, instead } = call.input;
    const { pending: handle, refresh: previousToken } = call.cookies;
    const link = await readMagicLink(token, handle);
    const other = link.state === "open" ? await otherThan(link.about.email) : null;
    if (other && other.userId !== instead) {
      const detail = `${other.email} is signed in here by now. Press again to go on.`;
      throw new Refusal("conflict", { detail });
    }
    const redeemed = await redeemMagicLink({
      proof: { token },
      handle,
      client: boundClient(call),
      previousToken,
    });
    if (redeemed.status === "refused") throw refuseSecret(redeemed.reason, "magic-link");
    return redirectSignedIn(call.jar, redeemed.result, redeemed.next);
  },
);

/** Another link, for this browser, in place of one that no longer works. */
export const renewMagicLinkAction = formAction(
  { of: "magic_link", schema: z.object({ token }), limit: "mailPerAddress" },
  async ({ input, client, cookies, jar }) => {
    const { token } = input;
    const handle = await renewMagicLink(token, { handle: cookies.pending, client });
    if (!handle) redirect("/login");
    writePending(jar, handle, config.challenge.magicLink);
    redirect("/check-email");
  },
);
