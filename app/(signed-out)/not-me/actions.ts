"use server";

import { z } from "zod";
import { type Activity, listActivityOf } from "@/lib/auth/activity";
import { type NotMeAbout, readNotMeLink, secureAccount } from "@/lib/auth/not-me";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { openLink, refuseSecret } from "@/lib/http/verification";

const schema = z.object({ token: oneTimeSecret.token });

export const readNotMeLinkAction = formAction(
  { schema, limit: "notMe" },
  async ({ input }) => {
    return { values: described(openLink(await readNotMeLink(input.token), "not-me")) };
  },
);

function described({ session, at }: NotMeAbout): Record<string, string> {
  if (!session) return { at: at.toISOString() };
  const { browser, os, location, ip, createdAt } = session;
  const device = browser && os ? `${browser} on ${os}` : (browser ?? os);
  return {
    device: device ?? "Unknown browser",
    place: [location, ip].filter(Boolean).join(", "),
    at: createdAt.toISOString(),
  };
}

export const secureAccountAction = formAction(
  { schema, limit: "notMe" },
  async ({ input, client }) => {
    const secured = await secureAccount(input.token, client);
    if (secured.status === "refused") throw refuseSecret(secured.reason, "not-me");
    const { ended, restoredEmail, sessionIds } = secured;
    const deeds = await listActivityOf(sessionIds);
    return {
      values: {
        ended: String(ended),
        ...(restoredEmail !== null && { restoredEmail }),
      },
      list: deeds.map(told),
    };
  },
);

function told({ id, sentence, at }: Activity) {
  return { id, text: sentence, at: at.toISOString() };
}
