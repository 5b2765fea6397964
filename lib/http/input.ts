// Typed input or a refusal that names each fault by its path.
import type { z } from "zod";
import { Refusal } from "@/lib/errors";

export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  throw new Refusal("invalid_request", { fields });
}
