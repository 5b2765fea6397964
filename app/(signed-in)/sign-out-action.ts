"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { idle } from "@/lib/form-state";
import { formAction } from "@/lib/http/form-action";
import { signOut } from "@/lib/http/sign-out";

const signOutForm = formAction({ schema: z.object({}) }, async (call) => {
  await signOut(call);
  redirect("/login");
});

export async function signOutAction(form: FormData): Promise<void> {
  await signOutForm(idle, form);
}
