import type { ReactNode } from "react";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { buttonClass } from "@/components/ui/button";
import { CheckIcon, WarningIcon } from "@/components/ui/icon";
import type { Weakness } from "@/lib/auth/check-up";

type CheckUpProps = {
  weaknesses: readonly Weakness[];
  endIdleAction: (form: FormData) => void;
};

/** What is weak, each with the one press that mends it. */
export function CheckUp({ weaknesses, endIdleAction }: CheckUpProps) {
  if (weaknesses.length === 0) {
    return (
      <SettingsSection title="Security check-up">
        <p className="flex items-center gap-2.5 text-sm">
          <span className="text-success">
            <CheckIcon />
          </span>
          Nothing needs your attention.
        </p>
      </SettingsSection>
    );
  }
  return (
    <SettingsSection title="Security check-up" lead={countThings(weaknesses.length)}>
      <ul className="divide-y divide-line">
        {weaknesses.map((weakness) => (
          <li
            key={weakness.kind}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-3 first:pt-0 last:pb-0"
          >
            <span className="flex min-w-0 flex-1 basis-60 items-start gap-2.5 text-sm">
              <span className="mt-0.5 text-muted">
                <WarningIcon />
              </span>
              {describe(weakness)}
            </span>
            {weakness.kind === "idle_sessions" ? (
              <form action={endIdleAction}>
                <SubmitButton tone="secondary">Sign them out</SubmitButton>
              </form>
            ) : (
              <Mend {...ways[weakness.kind]} />
            )}
          </li>
        ))}
      </ul>
    </SettingsSection>
  );
}

function countThings(count: number): string {
  return count === 1
    ? "One thing would make your account safer."
    : `${count} things would make your account safer.`;
}

function describe(weakness: Weakness): ReactNode {
  switch (weakness.kind) {
    case "listed_password":
      return "Your password is among those that others try first.";
    case "no_second_factor":
      return "A password or a mailed link alone opens your account.";
    case "only_backup_codes":
      return "Nothing but backup codes guards your account, and they run out.";
    case "one_passkey":
      return "You have one passkey. If its device is lost, so is that way in.";
    case "few_backup_codes":
      return weakness.left === 0
        ? "You have no backup codes left."
        : `You have only ${weakness.left} backup ${weakness.left === 1 ? "code" : "codes"} left.`;
    case "idle_sessions":
      return weakness.count === 1
        ? "One device has not been used for a month."
        : `${weakness.count} devices have not been used for a month.`;
  }
}

type Way = { href: string; label: string };

const ways: Record<Exclude<Weakness["kind"], "idle_sessions">, Way> = {
  listed_password: { href: "#newPassword", label: "Change password" },
  only_backup_codes: { href: "/settings/two-factor", label: "Set up an app" },
  no_second_factor: { href: "/settings/two-factor", label: "Set up two-factor" },
  one_passkey: { href: "/settings/passkeys?add=1", label: "Add another" },
  few_backup_codes: { href: "/settings/two-factor?new=codes", label: "Get new codes" },
};

function Mend({ href, label }: Way) {
  return (
    <a href={href} className={buttonClass("secondary")}>
      {label}
    </a>
  );
}
