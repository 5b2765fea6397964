"use client";

import { type RefObject, useEffect, useRef } from "react";
import { useHydrated } from "@/components/use-hydrated";

/**
 * Focus for what takes the place of the thing that had it. Not for what came with
 * the page itself: there reading begins at the top.
 */
export function useArrival<Target extends HTMLElement>(): RefObject<Target | null> {
  const target = useRef<Target>(null);
  const isLater = useRef(useHydrated());

  useEffect(() => {
    if (isLater.current) target.current?.focus();
  }, []);

  return target;
}
