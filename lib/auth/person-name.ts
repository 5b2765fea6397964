// What somebody wants to be called: any script, one line, nothing that acts
// where it is shown. Empty means none.
import { z } from "zod";
import { printable } from "@/lib/printable";

const maxLength = 100;

export const personName = z
  .string("A name is text.")
  .max(maxLength, `Names have at most ${maxLength} characters.`)
  .optional()
  .transform((typed) => printable(typed ?? "", maxLength) || null);
