"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { Client } from "@/lib/auth/client";
import { codeMethods } from "@/lib/auth/second-factor/code";
import {
  signInWithCode,
  signInWithSecondPasskey,
} from "@/lib/auth/second-factor/sign-in";
import { Refusal } from "@/lib/errors";
import { clearCeremony } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { spend } from "@/lib/http/limit";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { assertionResponse, inForm } from "@/lib/http/passkey";
import { nextPath } from "@/lib/http/safe-path";
import { isOver, tellAtCode, untilOver } from "@/lib/http/second-factor";
import { boundClient, redirectSignedIn } from "@/lib/http/sign-in-answer";
import { overPath } from "./address";

const always = { trust: z.string().optional(), next: nextPath };
const typed = { code: oneTimeSecret.secondFactor, ...always };

const schema = z.discriminatedUnion(
  "method",
  [
    z.object({
      method: z.literal("passkey"),
      response: inForm(assertionResponse),
      ...always,
    }),
    z.object({ method: z.enum(codeMethods), ...typed }),
  ],
  "There is no such way to go on.",
);

export const secondFactorAction = formAction(
  { schema, keep: ["trust"], limit: "secondFactor" },
  async (call) => {
    const { input, cookies, jar } = call;
    const attempt = {
      pending: cookies.pending,
      trustsBrowser: input.trust !== undefined,
      client: boundClient(call),
      previousToken: cookies.refresh,
    };
    if (input.method === "passkey") clearCeremony(jar);
    const finishing =
      input.method === "passkey"
        ? signInWithSecondPasskey({ ...attempt, ...input, handle: cookies.ceremony })
        : signInWithCode({ ...attempt, ...input });
    const result = await untilOver(jar, finishing).catch((error) =>
      leaveOrMend(error, call.client, input.next),
    );
    return redirectSignedIn(jar, result, input.next);
  },
);

/** A sign-in that is over begins anew; a wrong code is mended where it was typed. */
async function leaveOrMend(
  error: unknown,
  { ip }: Client,
  next: string | null | undefined,
): Promise<never> {
  if (isOver(error)) {
    // To the limit of a form whoever leaves has succeeded: this one has not.
    await spend("secondFactor", ip);
    const isSpent = error instanceof Refusal && error.code === "invalid_code";
    redirect(overPath(isSpent ? "spent" : "over", next));
  }
  return tellAtCode(error);
}
