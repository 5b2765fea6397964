"use server";

import { chooseTheme } from "@/lib/http/theme";

export async function chooseThemeAction(form: FormData): Promise<void> {
  await chooseTheme(form.get("theme"));
}
