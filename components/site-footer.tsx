import { ThemeToggle, type ThemeToggleProps } from "@/components/theme-toggle";

type SiteFooterProps = { appName: string; themeToggle: ThemeToggleProps };

export function SiteFooter({ appName, themeToggle }: SiteFooterProps) {
  return (
    <footer className="mx-auto flex w-full max-w-5xl flex-wrap items-center justify-between gap-4 px-4 py-6 text-sm text-muted sm:px-6">
      <p>{appName}</p>
      <ThemeToggle {...themeToggle} />
    </footer>
  );
}
