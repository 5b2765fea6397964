// Everything the domain may know of a request, gathered once.
import type { Client } from "@/lib/auth/client";
import { deviceHashOf } from "@/lib/auth/client";
import { clientAddress } from "@/lib/http/client-address";
import { readCookies } from "@/lib/http/cookies";
import { isNativeClient } from "@/lib/http/origin";
import { requestIdHeader } from "@/lib/http/request-listener";
import { printable } from "@/lib/printable";

const maxUserAgent = 512;

export function callerOf(headers: Headers): Client {
  const isNative = isNativeClient(headers);
  return {
    ip: clientAddress(headers),
    userAgent: printable(headers.get("user-agent") ?? "", maxUserAgent) || null,
    requestId: headers.get(requestIdHeader),
    channel: isNative ? "native" : "browser",
    deviceHash: isNative ? null : deviceHashOf(readCookies(headers).device),
    hints: {
      brands:
        headers.get("sec-ch-ua-full-version-list") ??
        headers.get("sec-ch-ua") ??
        undefined,
      platform: headers.get("sec-ch-ua-platform") ?? undefined,
      platformVersion: headers.get("sec-ch-ua-platform-version") ?? undefined,
      model: headers.get("sec-ch-ua-model") ?? undefined,
      mobile: headers.get("sec-ch-ua-mobile") ?? undefined,
    },
  };
}
