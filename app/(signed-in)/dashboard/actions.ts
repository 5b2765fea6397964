"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { declinePasskeyOffer } from "@/lib/auth/passkey/offer";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";

const path = "/dashboard";

export const declineOfferAction = formAction(
  {
    of: "passkey",
    schema: z.object({ answer: z.enum(["not_now", "never"]) }),
    limit: "account",
  },
  async ({ input }) => {
    await declinePasskeyOffer(await requireUser(path), input.answer);
    revalidatePath(path);
    return {};
  },
);
