"use server";

import { chooseTheme } from "@/lib/http/theme";

export async function chooseThemeAction(form: FormData): Promise<void> {
  // A forged call can put anything in the form's place.
  if (form instanceof FormData) await chooseTheme(form.get("theme"));
}
