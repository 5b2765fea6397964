"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { findHeldForm, resumeHeldForm } from "@/lib/auth/held-form";
import { typedPassword } from "@/lib/auth/password-policy";
import { confirm } from "@/lib/auth/step-up";
import { Refusal } from "@/lib/errors";
import { sendCode } from "@/lib/http/confirmation";
import { writeSession } from "@/lib/http/cookies";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { nextPath } from "@/lib/http/safe-path";
import { findAct } from "./acts";

const schema = z.object({
  form: z.string().max(64).optional(),
  next: nextPath,
  password: typedPassword.optional(),
  code: oneTimeSecret.code.optional(),
});

/** Confirms, and goes on with the form that it interrupted. */
export const confirmAction = formAction({ schema, limit: "confirm" }, async (call) => {
  const { input, client, cookies, jar } = call;
  const { form, next, password, code } = input;
  const session = await requireUser("/confirm");
  const held = form ? await findHeldForm(session, form) : null;
  const act = findAct(held?.act);
  const proof =
    password === undefined
      ? { method: "email_code" as const, code: code ?? "" }
      : { method: "password" as const, password };
  const given = { session, client, act: act?.destructive };
  writeSession(jar, await confirm(given, proof));
  const rest = { session, client, cookies, jar };
  const done =
    form && act
      ? await resumeHeldForm(session, form, ({ fields }) =>
          act.resume(fields, rest),
        ).catch(tellOfAct)
      : null;
  redirect(done?.landing ?? next ?? act?.path ?? "/settings/security");
});

/** The form is not on this page: what is wrong with it is said whole. */
function tellOfAct(error: unknown): never {
  if (!(error instanceof Refusal) || error.status >= 500) throw error;
  const detail = error.fields.map(({ message }) => message).join(" ") || error.detail;
  throw new Refusal(error.code, { detail, extra: { reason: "act" } });
}

export const sendCodeAction = formAction(
  { schema: z.object({}), limit: "account" },
  async ({ client }) => {
    await sendCode(await requireUser("/confirm"), client);
    return { message: "We sent you a code." };
  },
);
