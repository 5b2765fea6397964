// What its owner calls a passkey: one line, in any script, that acts nowhere.
import { z } from "zod";
import { printable } from "@/lib/printable";

const maxLength = 60;

export const passkeyName = z
  .string("A name is text.")
  .max(maxLength, `Names have at most ${maxLength} characters.`)
  .transform((typed) => printable(typed, maxLength))
  .pipe(z.string().min(1, "Give it a name."));
