// Server actions called by hand: the form as React's client sends it for a call
// by script, and as a browser without scripts sends it.
import { newAddress } from "./api-client";
import type { Action } from "./build";
import { type RawAnswer, rawRequest } from "./raw-request";

const boundary = "----a-boundary";
export const formType = `multipart/form-data; boundary=${boundary}`;
export type Fields = Record<string, string>;

export function multipart(fields: Fields | [string, string][]): string {
  const entries = Array.isArray(fields) ? fields : Object.entries(fields);
  const parts = entries.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${parts.join("")}--${boundary}--\r\n`;
}

// Two are plain actions of a form; all others are told the form's last state too.
const stateless = ["chooseThemeAction", "signOutAction"];
const state = { status: "idle" };

export function scriptForm({ name }: Action, fields: Fields): string {
  const args = stateless.includes(name) ? ["$K1"] : [state, "$K1"];
  const own = Object.entries(fields).map(([field, value]): [string, string] => [
    `_1_${field}`,
    value,
  ]);
  // The arguments come last: what they refer to must have arrived.
  return multipart([...own, ["0", JSON.stringify(args)]]);
}

export function plainForm({ id, name }: Action, fields: Fields): string {
  if (stateless.includes(name)) return multipart({ [`$ACTION_ID_${id}`]: "", ...fields });
  const reference = {
    $ACTION_REF_1: "",
    "$ACTION_1:0": JSON.stringify({ id, bound: "$@1" }),
    "$ACTION_1:1": JSON.stringify([state]),
  };
  return multipart({ ...reference, ...fields });
}

type Post = { cookie?: string; headers?: Record<string, string>; isPlain?: boolean };

/** From an address of its own, with the right origin unless `headers` says otherwise. */
export function postAction(
  appUrl: string,
  action: Action,
  fields: Fields,
  { cookie, headers = {}, isPlain = false }: Post = {},
  base = appUrl,
): Promise<RawAnswer> {
  const given: Record<string, string> = {
    origin: appUrl,
    "content-type": formType,
    "x-forwarded-for": newAddress(),
    ...(isPlain ? {} : { "next-action": action.id }),
    ...(cookie ? { cookie } : {}),
    ...headers,
  };
  const body = isPlain ? plainForm(action, fields) : scriptForm(action, fields);
  return rawRequest(base, action.page, {
    method: "POST",
    headers: withoutEmpty(given),
    body,
  });
}

/** A header set to nothing is not sent. */
export function withoutEmpty(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
}
