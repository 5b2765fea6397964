// What needs a recent confirmation, at the edge: refused with how to give it, for
// clients; kept and taken up again afterwards, for forms.
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { Client } from "@/lib/auth/client";
import { holdForm } from "@/lib/auth/held-form";
import type { FirstFactor } from "@/lib/auth/policy";
import type { Proof } from "@/lib/auth/refresh-token/reissue";
import { prove } from "@/lib/auth/step-up/confirm";
import {
  type DestructiveAct,
  destructiveActs,
  findConfirmation,
  sendConfirmationCode,
} from "@/lib/auth/step-up/confirmation";
import { invalid, Refusal } from "@/lib/errors";
import type { FormAction } from "@/lib/form-state";
import type { CookieJar, RequestCookies } from "@/lib/http/cookies";
import { type CurrentSession, requireUser } from "@/lib/http/current-session";
import { formAction } from "@/lib/http/form-action";
import { parseInput } from "@/lib/http/input";
import { enforce } from "@/lib/http/limit";
import { countAttempt } from "@/lib/rate-limit";

/** What a confirmation may be for, by name. */
export const destructiveAct = z
  .enum(destructiveActs, "There is no such act to confirm.")
  .optional();

/** Throws `step_up_required` with the methods that would do. */
export async function requireConfirmation(
  session: CurrentSession,
  act?: DestructiveAct,
): Promise<void> {
  const { isConfirmed, methods } = await findConfirmation(session, act);
  if (isConfirmed) return;
  throw new Refusal("step_up_required", {
    extra: { methods, ...(act && { for: act }) },
  });
}

/** Mails a code; throws `rate_limited` when this account has asked too often. */
export async function sendCode(session: CurrentSession, client: Client): Promise<void> {
  enforce(await countAttempt("confirmMail", session.userId));
  await sendConfirmationCode(session, client);
}

type ActCall<Input> = {
  input: Input;
  session: CurrentSession;
  /** What the form itself brought along, for the act to record. */
  proof?: Proof;
  client: Client;
  cookies: RequestCookies;
  jar: CookieJar;
};

/** What a sensitive form does, whether at once or after a confirmation. */
export type Act<Schema extends z.ZodType> = {
  name: string;
  /** The way to sign in that it is of: without that there is no such form. */
  of?: FirstFactor;
  /** The page that has the form. */
  path: string;
  schema: Schema;
  /** Fields that may be shown again; never a secret. */
  keep?: string[];
  /** Cannot be undone: confirmed by name, each time, and in these words. */
  destructive?: Destruction;
  /** Where the account's confirmation is its password, this field asks for it. */
  passwordField?: string;
  run(call: ActCall<z.output<Schema>>): Promise<Done>;
};

type Destruction = {
  act: DestructiveAct;
  /** What is about to happen, in a sentence. */
  warning: string;
  /** What the button says. */
  label: string;
};

export type Done = {
  /** Absent where another page comes next in any case. */
  message?: string;
  /** The page that says it, when the form's own is not on the screen. */
  landing: string;
};

/** Does the act, or keeps the form and leaves for the confirmation. */
export function sensitiveAction<Schema extends z.ZodType>(act: Act<Schema>): FormAction {
  const { of, schema, keep, path, destructive } = act;
  return formAction({ of, schema, keep, limit: "confirm" }, async (given) => {
    const session = await requireUser(path);
    const call: ActCall<z.output<Schema>> = { ...given, session };
    const { isConfirmed, methods } = await findConfirmation(session, destructive?.act);
    if (act.passwordField && methods.includes("password")) {
      call.proof = await proveInForm(act.passwordField, call);
    } else if (!isConfirmed) {
      const fields = given.input as Record<string, unknown>;
      const form = await holdForm(session, { act: act.name, fields });
      redirect(`/confirm?${new URLSearchParams({ form })}`);
    }
    const { message, landing } = await act.run(call);
    if (message === undefined) redirect(landing);
    revalidatePath(path);
    return { message };
  });
}

/** An act of which the confirmation knows no more than its name. */
export type Resumable = {
  name: string;
  path: string;
  destructive?: Destruction;
  resume(fields: unknown, call: Omit<ActCall<unknown>, "input">): Promise<Done>;
};

export function resumable<Schema extends z.ZodType>(act: Act<Schema>): Resumable {
  const { name, path, destructive } = act;
  return {
    name,
    path,
    destructive,
    resume: (fields, call) => act.run({ ...call, input: parseInput(act.schema, fields) }),
  };
}

async function proveInForm(field: string, call: ActCall<unknown>): Promise<Proof> {
  const password = (call.input as Record<string, unknown>)[field];
  if (typeof password !== "string" || password === "") {
    throw invalid(field, "Enter your current password.");
  }
  return prove(call, { method: "password", password }).catch((error) => {
    const isWrong = error instanceof Refusal && error.code === "invalid_credentials";
    throw isWrong ? invalid(field, error.detail) : error;
  });
}
