// Three submit buttons of one form: the action stores the choice in the `theme`
// cookie, the layout writes it to <html>, and no script is needed.

import { DesktopIcon } from "@/components/ui/device-icon";
import { MoonIcon, SunIcon } from "@/components/ui/icon";

type Theme = "system" | "light" | "dark";

export type ThemeToggleProps = {
  theme: Theme;
  /** Receives `theme` as one of the three words. */
  action: (form: FormData) => Promise<void>;
};

const choices = [
  { value: "system", label: "System theme", Icon: DesktopIcon },
  { value: "light", label: "Light theme", Icon: SunIcon },
  { value: "dark", label: "Dark theme", Icon: MoonIcon },
] as const;

export function ThemeToggle({ theme, action }: ThemeToggleProps) {
  return (
    <form action={action} className="flex rounded-full border border-line p-0.5">
      {choices.map(({ value, label, Icon }) => (
        <button
          key={value}
          type="submit"
          name="theme"
          value={value}
          aria-pressed={theme === value}
          className="flex size-8 cursor-pointer items-center justify-center rounded-full text-muted hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink"
        >
          <Icon className="size-4" />
          <span className="sr-only">{label}</span>
        </button>
      ))}
    </form>
  );
}
