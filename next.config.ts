import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";

/** Files named `*.dev.tsx` and `*.dev.ts` are no part of a production build. */
const extensions = ["tsx", "ts"];

export default function nextConfig(phase: string): NextConfig {
  const isDevelopment = phase === PHASE_DEVELOPMENT_SERVER;
  return {
    pageExtensions: isDevelopment ? ["dev.tsx", "dev.ts", ...extensions] : extensions,
    poweredByHeader: false,
    reactStrictMode: true,
    typedRoutes: false,
    devIndicators: false,
    // Nothing here is resized, so there is no endpoint that would.
    images: { unoptimized: true },
    productionBrowserSourceMaps: false,
    serverExternalPackages: ["@node-rs/argon2", "pg", "pg-boss", "pino", "nodemailer"],
    experimental: { serverActions: { bodySizeLimit: "64kb" } },
  };
}
