"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { Refusal } from "@/lib/errors";
import { idle } from "@/lib/form-state";
import { formAction } from "@/lib/http/form-action";
import { signOut } from "@/lib/http/sign-out";

const signOutForm = formAction({ schema: z.object({}) }, async (call) => {
  await signOut(call);
  redirect("/login");
});

export async function signOutAction(form: FormData): Promise<void> {
  const state = await signOutForm(idle, form);
  // Nobody may walk away from a session that has not ended.
  if (state.status === "error")
    throw new Refusal("unavailable", { detail: state.message });
}
