// What every server action is wrapped in: the exact origin, typed input, limits,
// and the one translation of a refusal into what a form shows. Only values named
// in `keep` ever travel back.
import { cookies, headers } from "next/headers";
import type { z } from "zod";
import type { Client } from "@/lib/auth/client";
import type { FirstFactor } from "@/lib/auth/policy";
import type { RateLimitName } from "@/lib/config";
import { isUnreachable } from "@/lib/db";
import { invalid, Refusal } from "@/lib/errors";
import type { FormAction, FormState } from "@/lib/form-state";
import { callerOf } from "@/lib/http/caller";
import { type CookieJar, type RequestCookies, readCookies } from "@/lib/http/cookies";
import { parseInput } from "@/lib/http/input";
import { withLimit } from "@/lib/http/limit";
import { refuseDisabled } from "@/lib/http/method";
import { isOwnOrigin } from "@/lib/http/origin";
import { log } from "@/lib/log";

type Options<Schema extends z.ZodType> = {
  /** The way to sign in that it is of: without that there is no such form. */
  of?: FirstFactor;
  schema: Schema;
  /** Fields that may be shown again after a failure; never a secret. */
  keep?: string[];
  limit?: RateLimitName;
};

type Call<Input> = {
  input: Input;
  client: Client;
  cookies: RequestCookies;
  jar: CookieJar;
};

/** `run` redirects, or returns what the form shows next. */
export function formAction<Schema extends z.ZodType>(
  { of, schema, keep = [], limit }: Options<Schema>,
  run: (call: Call<z.output<Schema>>) => Promise<Partial<FormState>>,
): FormAction {
  return async (_state, sent) => {
    const given = await headers();
    // A forged call can leave the form out, or put anything in its place.
    const form = sent instanceof FormData ? sent : new FormData();
    const values = keptValues(form, keep);
    try {
      if (!isOwnOrigin(given)) throw new Refusal("origin_refused");
      refuseDisabled(of);
      const client = callerOf(given);
      const input = parseForm(schema, form);
      const jar = await cookies();
      const call = { input, client, cookies: readCookies(given), jar };
      const state = await withLimit(limit, client.ip, () => run(call));
      return { status: "done", values, at: Date.now(), ...state };
    } catch (error) {
      return { ...failure(error), values, at: Date.now() };
    }
  };
}

function keptValues(form: FormData, keep: string[]): Record<string, string> {
  const kept = keep.map((field) => [field, form.get(field)] as const);
  return Object.fromEntries(
    kept.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** A field sent twice, or as a file, is nothing our pages send. */
function parseForm<Schema extends z.ZodType>(
  schema: Schema,
  form: FormData,
): z.output<Schema> {
  const fields: Record<string, string> = {};
  for (const [field, value] of form) {
    if (field.startsWith("$ACTION")) continue;
    if (typeof value !== "string" || Object.hasOwn(fields, field)) {
      throw invalid(field, "This was not sent in a form we understand.");
    }
    fields[field] = value;
  }
  return parseInput(schema, fields);
}

function failure(error: unknown): FormState {
  if (error instanceof Refusal) {
    const fieldErrors = Object.fromEntries(error.fields.map((f) => [f.path, f.message]));
    const { reason } = error.extra;
    return {
      status: "error",
      message: summary(error),
      fieldErrors,
      reason: typeof reason === "string" ? reason : undefined,
    };
  }
  if (!isUnreachable(error)) throw error;
  log.warn({ event: "unavailable", reason: String(error) });
  return { status: "error", message: new Refusal("unavailable").detail };
}

/** The sentences beside the fields say it; the summary only announces them. */
function summary({ fields, detail }: Refusal): string {
  return fields.length > 0 ? "Please check what you entered." : detail;
}
