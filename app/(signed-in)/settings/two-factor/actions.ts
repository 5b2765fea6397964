"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { cancelEnrollment, confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import {
  regenerateBackupCodes,
  turnOnTwoFactor,
} from "@/lib/auth/second-factor/settings";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { sensitiveAction } from "@/lib/http/confirmation";
import { writeSession } from "@/lib/http/cookies";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { tellAtCode } from "@/lib/http/second-factor";
import { removeTotpAct, setUpTotpAct, turnOffAct } from "./acts";
import { makingPath, path } from "./address";

export const setUpTotpAction = sensitiveAction(setUpTotpAct);
export const removeTotpAction = sensitiveAction(removeTotpAct);
export const turnOffAction = sensitiveAction(turnOffAct);

const answer = z.object({ code: oneTimeSecret.secondFactor });

/** The first code of the app. Whoever has it was confirmed before they got the key. */
export const confirmTotpAction = formAction(
  { schema: answer, limit: "confirm" },
  async ({ input, client, jar }) => {
    const session = await requireUser(path);
    const given = { session, code: input.code, client };
    const confirmed = await confirmEnrollment(given).catch(tellAtCode);
    writeSession(jar, confirmed.tokens);
    revalidatePath(path);
    return { message: turnedOn, codes: confirmed.backupCodes };
  },
);

const turnedOn = "Two-factor authentication is on. Your other devices were signed out.";

export const cancelTotpAction = formAction(
  { schema: z.object({}), limit: "account" },
  async () => {
    await cancelEnrollment(await requireUser(path));
    redirect(path);
  },
);

const making = z.object({ making: z.enum(["codes", "passkeys"]) });

/**
 * Shows codes once, and so is no form that a confirmation goes on with: whoever has
 * to confirm first comes back to the button.
 */
export const makeCodesAction = formAction(
  { schema: making, limit: "confirm" },
  async ({ input, client, jar }) => {
    const here = makingPath(input.making);
    const session = await requireUser(here);
    const { isConfirmed } = await findConfirmation(session);
    if (!isConfirmed) redirect(`/confirm?${new URLSearchParams({ next: here })}`);
    const isMore = input.making === "codes";
    const act = isMore ? regenerateBackupCodes : turnOnTwoFactor;
    const { tokens, backupCodes } = await act({ session, client });
    writeSession(jar, tokens);
    revalidatePath(path);
    return { message: isMore ? "You have new codes." : turnedOn, codes: backupCodes };
  },
);
