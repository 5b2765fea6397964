// The product's name, wherever it is shown: `APP_NAME`, else the fork's own.
import { config } from "@/lib/config";
import { env } from "@/lib/env";

export function appName(): string {
  return env().appName ?? config.brand.name;
}
