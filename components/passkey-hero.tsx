import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { KeyIcon } from "@/components/ui/icon";

type PasskeyHeroProps = {
  title?: string;
  lead?: string;
  /** What leads on. */
  children: ReactNode;
};

/** For an account that has no passkey, or none where its owner is. */
export function PasskeyHero({
  title = "Sign in without a password",
  lead = "A passkey is a key that your phone, computer or password manager keeps for you. You use it with your fingerprint, face or screen lock; nobody can guess it, and no false page can take it from you.",
  children,
}: PasskeyHeroProps) {
  return (
    <Card className="flex flex-wrap gap-x-5 gap-y-4 border-accent/30! p-5 sm:p-6">
      <span className="h-fit rounded-xl bg-accent-soft p-3 text-accent">
        <KeyIcon className="size-6" />
      </span>
      <div className="min-w-0 flex-1 basis-60 space-y-4">
        <div className="space-y-1">
          <h2 className="font-semibold">{title}</h2>
          <p className="text-sm text-muted">{lead}</p>
        </div>
        {children}
      </div>
    </Card>
  );
}
