"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { typedPassword } from "@/lib/auth/password-policy";
import { personName } from "@/lib/auth/person-name";
import { register } from "@/lib/auth/registration/begin";
import { config } from "@/lib/config";
import { writePending } from "@/lib/http/cookies";
import { formAction } from "@/lib/http/form-action";
import { nextPath } from "@/lib/http/safe-path";
import { emailAddress } from "@/lib/mail/address";

const schema = z.object({
  name: personName,
  email: emailAddress,
  password: typedPassword,
  next: nextPath,
});

export const signUpAction = formAction(
  { schema, keep: ["name", "email"], limit: "mailPerAddress" },
  async ({ input, client, jar }) => {
    const { name, email, password, next = null } = input;
    const handle = await register({ name, email, password, next, client });
    writePending(jar, handle, config.challenge.registration);
    redirect("/check-email");
  },
);
