"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { changeName } from "@/lib/auth/account";
import { cancelPendingEmail } from "@/lib/auth/email-cancel";
import { confirmEmailChange } from "@/lib/auth/email-change";
import { personName } from "@/lib/auth/person-name";
import { sensitiveAction } from "@/lib/http/confirmation";
import { writeSession } from "@/lib/http/cookies";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { refuseSecret } from "@/lib/http/verification";
import { deletionAct, emailAct, exportAct } from "../acts";
import { done } from "../done";

const path = "/settings/profile";

export const changeNameAction = formAction(
  { schema: z.object({ name: personName }), keep: ["name"], limit: "account" },
  async ({ input, client }) => {
    const session = await requireUser(path);
    await changeName(session, input.name, client);
    revalidatePath("/", "layout");
    return { message: "Your name is saved." };
  },
);

export const changeEmailAction = sensitiveAction(emailAct);

export const confirmByCodeAction = formAction(
  { schema: z.object({ code: oneTimeSecret.code }), limit: "verifyEmail" },
  async ({ input, client, jar }) => {
    const session = await requireUser(path);
    const result = await confirmEmailChange({ proof: input, session, client });
    if (result.status === "refused") throw refuseSecret(result.reason);
    if (result.tokens) writeSession(jar, result.tokens);
    revalidatePath("/", "layout");
    return { message: done(path, "confirmed", result.ended).message };
  },
);

export const cancelPendingAction = formAction(
  { schema: z.object({}), limit: "account" },
  async ({ client }) => {
    const session = await requireUser(path);
    // One that has ended meanwhile is what was asked for.
    await cancelPendingEmail(session, client);
    revalidatePath(path);
    return { message: "Your email stays as it is." };
  },
);

export const exportAction = sensitiveAction(exportAct);

export const deleteAccountAction = sensitiveAction(deletionAct);
