"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { sensitiveAction } from "@/lib/http/confirmation";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { attestationResponse, inForm } from "@/lib/http/passkey";
import { nextPath } from "@/lib/http/safe-path";
import { addPasskeyAct, removePasskeyAct, renamePasskeyAct } from "./acts";
import { addedPath, path } from "./address";
import { finishPasskey } from "./finish";

export const addPasskeyAction = sensitiveAction(addPasskeyAct);
export const renamePasskeyAction = sensitiveAction(renamePasskeyAct);
export const removePasskeyAction = sensitiveAction(removePasskeyAct);

const created = z.object({ response: inForm(attestationResponse), next: nextPath });

/** What the browser answered to "Create passkey". */
export const finishPasskeyAction = formAction(
  { of: "passkey", schema: created, limit: "confirm" },
  async (call) => {
    const session = await requireUser(path);
    const { response, next } = call.input;
    // Refused or not, the page says how things are now.
    revalidatePath(path);
    const { id } = await finishPasskey({ ...call, session }, response);
    redirect(addedPath(id, next));
  },
);

const saved = z.object({ response: inForm(attestationResponse) });

/** What the browser made by itself, on whatever page. */
export const savePasskeyAction = formAction(
  { of: "passkey", schema: saved, limit: "confirm" },
  async (call) => {
    const session = await requireUser(path);
    await finishPasskey({ ...call, session }, call.input.response);
    revalidatePath("/", "layout");
    return { message: "A passkey was saved to your password manager." };
  },
);
