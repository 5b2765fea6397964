// The second factor of a sign-in at the edge: whose it is, and what becomes of the
// cookie that says so.
import { z } from "zod";
import type { SignInResult } from "@/lib/auth/sign-in";
import { invalid, Refusal } from "@/lib/errors";
import type { ApiCall } from "@/lib/http/api-route";
import { type CookieJar, clearPending } from "@/lib/http/cookies";
import { answerSignIn, boundClient, pendingHandle } from "@/lib/http/sign-in-answer";

export const trustDevice = z.boolean("Say true or false.").default(false);

export function secondFactorCall(call: ApiCall<{ trustDevice: boolean }>) {
  const { trustDevice: trustsBrowser } = call.input;
  if (trustsBrowser && call.client.channel === "native") {
    throw invalid("trustDevice", "An app keeps its session; only browsers are trusted.");
  }
  const pending = pendingHandle(call);
  const client = boundClient(call);
  return { pending, trustsBrowser, client, previousToken: call.cookies.refresh };
}

/** A cookie that opens nothing any more goes with the answer that says so. */
export async function untilOver<Result>(
  jar: CookieJar,
  finishing: Promise<Result>,
): Promise<Result> {
  return finishing.catch((error) => {
    if (isOver(error)) clearPending(jar);
    throw error;
  });
}

export function isOver(error: unknown): boolean {
  if (!(error instanceof Refusal)) return false;
  return error.code === "unauthenticated" || error.extra.reason === "spent";
}

export async function answerSecondFactor(
  call: ApiCall<unknown>,
  finishing: Promise<SignInResult>,
): Promise<Response> {
  const isNative = call.client.channel === "native";
  const finished = isNative ? finishing : untilOver(call.jar, finishing);
  return answerSignIn(call, await finished);
}

/** A wrong code is mended where it was typed; whatever else it is stays as it is. */
export function tellAtCode(error: unknown): never {
  const isWrong = error instanceof Refusal && error.code === "invalid_code";
  throw isWrong ? invalid("code", error.detail) : error;
}
