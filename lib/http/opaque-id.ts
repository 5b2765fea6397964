// The ids of rows as they come back to us in paths, queries and forms. Any other text
// is nobody's, and never reaches the database: that takes no NUL in a text, and calls
// it a fault of ours.
import { z } from "zod";
import { Refusal } from "@/lib/errors";
import type { ApiCall } from "@/lib/http/api-route";

export const opaqueId = z.string().regex(/^[\w-]{1,64}$/, "This is no id of ours.");

/** Where a list goes on; what is left empty asks for its beginning. */
export const listCursor = z.preprocess(
  (given) => (given === "" ? undefined : given),
  opaqueId.optional(),
);

/** Of the route `[id]`; throws `not_found` for what is no id. */
export function pathId({ params }: Pick<ApiCall<unknown>, "params">): string {
  const { success, data } = opaqueId.safeParse(params.id);
  if (!success) throw new Refusal("not_found");
  return data;
}
