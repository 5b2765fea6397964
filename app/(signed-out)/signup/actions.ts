"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { addingPath } from "@/app/(signed-in)/settings/passkeys/address";
import { askForLink } from "@/app/(signed-out)/magic-link/ask-for-link";
import { typedPassword } from "@/lib/auth/password-policy";
import { personName } from "@/lib/auth/person-name";
import { type FirstFactor, isEnabled } from "@/lib/auth/policy";
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
    of: "password",
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

/** The address comes first, and then the page that `landing` names. */
function signUpWithout(of: FirstFactor, landing: (next?: string) => string | undefined) {
  const options = {
    of,
    schema: z.object(person),
    keep,
    limit: "mailPerAddress",
  } as const;
  return formAction(options, async ({ input, client, jar }) => {
    const { name, email } = input;
    const next = landing(input.next) ?? null;
    const handle = await register({ name, email, password: null, next, client });
    writePending(jar, handle, config.challenge.registration);
    redirect("/check-email");
  });
}

const signUpWithPasskey = signUpWithout("passkey", addingPath);
const signUpWithMailbox = signUpWithout("email", (next) => next);

/** By what there is, the safest first, unless another of the form's buttons was pressed. */
export async function signUpAction(state: FormState, form: FormData): Promise<FormState> {
  const intent = form instanceof FormData ? form.get("intent") : null;
  if (intent === "link") return askForLink(state, form);
  if (intent === "passkey") return signUpWithPasskey(state, form);
  if (isEnabled("password")) return signUpWithPassword(state, form);
  return (isEnabled("passkey") ? signUpWithPasskey : signUpWithMailbox)(state, form);
}
