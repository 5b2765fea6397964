"use client";

import { useHydrated } from "@/components/use-hydrated";

/** True before that is known: a button that few browsers lack must not jump in. */
export function useHasPasskeys(): boolean {
  return !useHydrated() || "PublicKeyCredential" in window;
}
