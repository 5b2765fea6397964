// A way to sign in that a setting has switched off has no page, no route and no
// form: each names the method it is of, and is asked here.
import { notFound } from "next/navigation";
import { type FirstFactor, isEnabled } from "@/lib/auth/policy";
import { Refusal } from "@/lib/errors";

/** For pages: leaves for the page that is not found. */
export function requireMethod(method: FirstFactor): void {
  if (!isEnabled(method)) notFound();
}

/** For calls and forms; does nothing for those that are of no method. */
export function refuseDisabled(method: FirstFactor | undefined): void {
  if (method && !isEnabled(method)) throw new Refusal("not_found");
}
