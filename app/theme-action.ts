"use server";

import { cookies, headers } from "next/headers";
import { type Theme, writeTheme } from "@/lib/http/cookies";
import { isOwnOrigin } from "@/lib/http/origin";

const themes: Theme[] = ["system", "light", "dark"];

export async function chooseThemeAction(form: FormData): Promise<void> {
  if (!isOwnOrigin(await headers())) return;
  const theme = themes.find((known) => known === form.get("theme"));
  if (theme) writeTheme(await cookies(), theme);
}
