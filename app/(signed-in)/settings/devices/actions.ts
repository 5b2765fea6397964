"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { endOtherSessions, endSession } from "@/lib/auth/session";
import { removeTrustedBrowser } from "@/lib/auth/trusted-browser";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { opaqueId } from "@/lib/http/opaque-id";

const path = "/settings/devices";
const endSchema = z.object({ sessionId: opaqueId });

export const endSessionAction = formAction(
  { schema: endSchema, limit: "account" },
  async ({ input, client }) => {
    const { userId } = await requireUser(path);
    const { sessionId } = input;
    // One that has ended meanwhile is what was asked for.
    await endSession({ sessionId, userId, reason: "signed_out_elsewhere" }, client);
    revalidatePath(path);
    return { message: "Signed out that device." };
  },
);

export const endOthersAction = formAction(
  { schema: z.object({}), limit: "account" },
  async ({ client }) => {
    const { userId, id: keepSessionId } = await requireUser(path);
    const ended = await endOtherSessions({ userId, keepSessionId }, client);
    revalidatePath(path);
    return {
      message: `Signed out ${ended} other ${ended === 1 ? "device" : "devices"}.`,
    };
  },
);

const trustSchema = z.object({ browserId: opaqueId });

export const removeTrustAction = formAction(
  { schema: trustSchema, limit: "account" },
  async ({ input, client }) => {
    const session = await requireUser(path);
    // One that is gone already is what was asked for.
    await removeTrustedBrowser({ session, browserId: input.browserId }, client);
    revalidatePath(path);
    return { message: "That browser is no longer trusted." };
  },
);
