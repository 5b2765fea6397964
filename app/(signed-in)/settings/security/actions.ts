"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { findIdle } from "@/lib/auth/check-up";
import { endSession } from "@/lib/auth/session";
import { sensitiveAction } from "@/lib/http/confirmation";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { passwordAct, removePasswordAct } from "../acts";

export const changePasswordAction = sensitiveAction(passwordAct);
export const removePasswordAction = sensitiveAction(removePasswordAct);

const path = "/settings/security";

/** What is idle when the button is pressed, which may be less than was shown. */
export const endIdleAction = formAction(
  { schema: z.object({}), limit: "account" },
  async ({ client }) => {
    const session = await requireUser(path);
    const { userId } = session;
    const reason = "signed_out_elsewhere";
    for (const sessionId of await findIdle(session)) {
      await endSession({ sessionId, userId, reason }, client);
    }
    revalidatePath(path);
    return { message: "Signed out what was not used for a month." };
  },
);
