// The browser's popover: opens, closes on Esc and on a click outside, and is
// announced as expanded, all without script.

import { Initials } from "@/components/initials";
import { SubmitButton } from "@/components/submit-button";
import { Button } from "@/components/ui/button";
import { ChevronDownIcon } from "@/components/ui/icon";

export type UserMenuProps = {
  user: { name: string | null; email: string };
  signOutAction: (form: FormData) => Promise<void>;
};

export function UserMenu({ user, signOutAction }: UserMenuProps) {
  const shownName = user.name || user.email;
  return (
    <div className="relative ml-auto">
      <Button tone="quiet" popoverTarget="account-menu" className="px-2!">
        <Initials name={shownName} />
        <span className="sr-only">Account menu</span>
        <ChevronDownIcon className="size-4 text-muted max-sm:hidden" />
      </Button>
      <div
        id="account-menu"
        popover="auto"
        className="absolute inset-auto top-16.5 right-[max(1rem,calc(50%-30.5rem))] m-0 w-64 rounded-xl border border-line bg-surface p-2 text-ink shadow-float"
      >
        <div className="border-b border-line px-3 pt-1.5 pb-3 text-sm">
          {user.name && <p className="font-medium">{user.name}</p>}
          <p className="text-muted">{user.email}</p>
        </div>
        <form action={signOutAction} className="pt-2">
          <SubmitButton tone="quiet" className="w-full justify-start! px-3!">
            Sign out
          </SubmitButton>
        </form>
      </div>
    </div>
  );
}
