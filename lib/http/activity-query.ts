// The filter of security activity, as the page and the API both take it from
// their query. What a form leaves empty asks for nothing.
import { z } from "zod";
import { activityKinds } from "@/lib/auth/activity-words";
import { listCursor } from "@/lib/http/opaque-id";

const empty = (value: unknown) => (value === "" ? undefined : value);

// Years the database cannot hold are dates of the standard, too.
const day = (which: string) =>
  z.preprocess(
    empty,
    z.iso
      .date(`Enter the ${which} day like 2026-01-31.`)
      .refine((text) => text >= "1970", `Enter a ${which} day after 1969.`)
      .optional(),
  );

export const activityQuery = z
  .object({
    kind: z.preprocess(
      empty,
      z.enum(activityKinds, "Choose one of the kinds.").optional(),
    ),
    from: day("first"),
    to: day("last"),
    cursor: listCursor,
    limit: z.coerce.number("Say a number.").int().min(1).max(100).default(25),
  })
  .refine(({ from, to }) => !from || !to || from <= to, {
    path: ["to"],
    message: "The last day is before the first.",
  });
