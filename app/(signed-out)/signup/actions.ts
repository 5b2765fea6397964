"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { askForLink } from "@/app/(signed-out)/magic-link/ask-for-link";
import { typedPassword } from "@/lib/auth/password-policy";
import { personName } from "@/lib/auth/person-name";
import { register } from "@/lib/auth/registration/begin";
import { config } from "@/lib/config";
import type { FormState } from "@/lib/form-state";
import { writePending } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { nextPath } from "@/lib/http/safe-path";
import { emailAddress } from "@/lib/mail/address";

const person = { name: personName, email: emailAddress, next: nextPath };
const keep = ["name", "email"];

const signUpWithPassword = formAction(
  {
    schema: z.object({ ...person, password: typedPassword }),
    keep,
    limit: "mailPerAddress",
  },
  async ({ input, client, jar }) => {
    const { next = null, ...rest } = input;
    const handle = await register({ ...rest, next, client });
    writePending(jar, handle, config.challenge.registration);
    redirect("/check-email");
  },
);

/** The address comes first; then the page that adds one. */
const signUpWithPasskey = formAction(
  { schema: z.object(person), keep, limit: "mailPerAddress" },
  async ({ input, client, jar }) => {
    const { name, email, next } = input;
    const query = new URLSearchParams({ add: "1", ...(next && { next }) });
    const landing = { password: null, next: `/settings/passkeys?${query}` };
    const handle = await register({ name, email, ...landing, client });
    writePending(jar, handle, config.challenge.registration);
    redirect("/check-email");
  },
);

/** With a password, unless another of the form's buttons was pressed. */
export async function signUpAction(state: FormState, form: FormData): Promise<FormState> {
  const intent = form instanceof FormData ? form.get("intent") : null;
  if (intent === "link") return askForLink(state, form);
  return (intent === "passkey" ? signUpWithPasskey : signUpWithPassword)(state, form);
}
