// The page's own address, and what of it says what is about to be made.

export const path = "/settings/two-factor";

/** What brings new backup codes: more of them, or a first second factor. */
export type Making = "codes" | "passkeys";

export function makingPath(making: Making): string {
  return `${path}?new=${making}`;
}

export function readMaking(value: unknown): Making | null {
  return value === "codes" || value === "passkeys" ? value : null;
}
