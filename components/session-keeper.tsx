"use client";

import { useEffect } from "react";
import { keepSession } from "@/components/keep-session";

type SessionKeeperProps = {
  /** Epoch ms, somewhat before the access token ends. */
  renewAt: number;
  loginPath?: string;
};

/** Keeps an attended page signed in and leaves an unattended one to go idle. */
export function SessionKeeper({ renewAt, loginPath = "/login" }: SessionKeeperProps) {
  useEffect(() => keepSession({ renewAt, loginPath }), [renewAt, loginPath]);
  return null;
}
