"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { findHeldForm, resumeHeldForm } from "@/lib/auth/held-form";
import { typedPassword } from "@/lib/auth/password-policy";
import { codeMethods } from "@/lib/auth/second-factor/code";
import { confirm, type GivenProof } from "@/lib/auth/step-up/confirm";
import { Refusal } from "@/lib/errors";
import { sendCode } from "@/lib/http/confirmation";
import { clearCeremony, type RequestCookies, writeSession } from "@/lib/http/cookies";
import { requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { oneTimeSecret } from "@/lib/http/one-time-secret";
import { opaqueId } from "@/lib/http/opaque-id";
import { assertionResponse, inForm } from "@/lib/http/passkey";
import { nextPath } from "@/lib/http/safe-path";
import { tellAtCode } from "@/lib/http/second-factor";
import { findAct } from "./acts";

const schema = z.object({
  form: opaqueId.optional(),
  next: nextPath,
  password: typedPassword.optional(),
  method: z.enum(codeMethods).optional(),
  code: oneTimeSecret.secondFactor.optional(),
  response: inForm(assertionResponse).optional(),
});

/** Confirms, and goes on with the form that it interrupted. */
export const confirmAction = formAction({ schema, limit: "confirm" }, async (call) => {
  const { input, client, cookies, jar } = call;
  const { form, next } = input;
  const session = await requireUser("/confirm");
  const held = form ? await findHeldForm(session, form) : null;
  const act = findAct(held?.act);
  if (input.response) clearCeremony(jar);
  const given = { session, client, act: act?.destructive?.act };
  writeSession(jar, await confirm(given, proofOf(input, cookies)).catch(tellAtCode));
  const rest = { session, client, cookies, jar };
  const done =
    form && act
      ? await resumeHeldForm(session, form, ({ fields }) =>
          act.resume(fields, rest),
        ).catch(tellOfAct)
      : null;
  redirect(done?.landing ?? next ?? act?.path ?? "/settings/security");
});

type Proofs = Omit<z.output<typeof schema>, "form" | "next">;

function proofOf(
  { password, method, code = "", response }: Proofs,
  cookies: RequestCookies,
): GivenProof {
  if (response) return { method: "passkey", response, handle: cookies.ceremony };
  if (password !== undefined) return { method: "password", password };
  return { method: method ?? "email_code", code };
}

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
