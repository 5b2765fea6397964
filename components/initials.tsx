/** A picture made of the name: two letters at most, of any script. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/u).filter(Boolean);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  return [first, last]
    .map((word) => Array.from(word)[0] ?? "")
    .join("")
    .toLocaleUpperCase("en");
}

type InitialsProps = { name: string; size?: "small" | "large" };

export function Initials({ name, size = "small" }: InitialsProps) {
  const look = size === "small" ? "size-7 text-xs" : "size-16 text-xl";
  return (
    <span
      aria-hidden="true"
      className={`flex shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent ${look}`}
    >
      {initialsOf(name)}
    </span>
  );
}
