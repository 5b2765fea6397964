// The forms in which a one-time secret comes back to us; whether it is right is for
// its own module to say.
import { z } from "zod";

export const oneTimeSecret = {
  token: z.string("Send the link's token.").min(1).max(200),
  code: z
    .string("Enter the six digits from the mail.")
    .trim()
    .min(1, "Enter the six digits from the mail.")
    .max(20, "A code has six digits."),
  /** Of an app, or longer from paper. */
  secondFactor: z
    .string("Enter your code.")
    .trim()
    .min(1, "Enter your code.")
    .max(64, "A code is not that long."),
};
