// The one form that anybody may post, signed in or not: how the pages look.
import { cookies, headers } from "next/headers";
import { type Theme, writeTheme } from "@/lib/http/cookies";
import { isOwnOrigin } from "@/lib/http/origin";

const themes: Theme[] = ["system", "light", "dark"];

/** Does nothing for a foreign page or for a word that is no theme. */
export async function chooseTheme(given: unknown): Promise<void> {
  if (!isOwnOrigin(await headers())) return;
  const theme = themes.find((known) => known === given);
  if (theme) writeTheme(await cookies(), theme);
}
