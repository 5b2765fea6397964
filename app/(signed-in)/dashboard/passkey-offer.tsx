"use client";

// Offers a passkey to whoever signed in without one. After an answer the page has
// no offer any more, and focus goes to its heading.

import { useActionState, useEffect } from "react";
import { FormMessage } from "@/components/form-message";
import { PasskeyHero } from "@/components/passkey-hero";
import { SubmitButton } from "@/components/submit-button";
import { buttonClass } from "@/components/ui/button";
import { useHasPasskeys } from "@/components/use-passkeys";
import { type FormAction, idle } from "@/lib/form-state";

type PasskeyOfferProps = {
  isOffered: boolean;
  /** They signed in with the passkey of another device. */
  isElsewhere: boolean;
  /** Receives `answer`. */
  declineAction: FormAction;
};

const elsewhere = {
  title: "Sign in here without your other device",
  lead: "You used a passkey that another device keeps. With one of its own, this device is enough.",
};

const fill = "grow sm:grow-0";

export function PasskeyOffer(props: PasskeyOfferProps) {
  const { isOffered, isElsewhere, declineAction } = props;
  const [declined, decline] = useActionState(declineAction, idle);
  const canHave = useHasPasskeys();
  const isDeclined = declined.status === "done";

  useEffect(() => {
    if (isDeclined) document.querySelector<HTMLElement>("main h1")?.focus();
  }, [isDeclined]);

  if (!isOffered || !canHave) return null;
  return (
    <div className="mb-6 space-y-4">
      <FormMessage state={declined} />
      <PasskeyHero {...(isElsewhere && elsewhere)}>
        <form action={decline} className="flex flex-wrap gap-3">
          <a href="/settings/passkeys?add=1" className={buttonClass("primary", fill)}>
            Create a passkey
          </a>
          <SubmitButton tone="secondary" className={fill} name="answer" value="not_now">
            Not now
          </SubmitButton>
          <SubmitButton tone="quiet" className={fill} name="answer" value="never">
            Don't ask again
          </SubmitButton>
        </form>
      </PasskeyHero>
    </div>
  );
}
