"use client";

import type { MouseEvent, ReactNode } from "react";
import { Button, type ButtonTone } from "@/components/ui/button";

type DialogButtonProps = { dialogId: string; tone?: ButtonTone; children: ReactNode };

/** Opens a dialog by `command`; the click handler serves browsers without it. */
export function DialogButton({ dialogId, tone, children }: DialogButtonProps) {
  function open(event: MouseEvent<HTMLButtonElement>) {
    if ("commandForElement" in event.currentTarget) return;
    const dialog = document.getElementById(dialogId);
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  }
  return (
    <Button
      tone={tone}
      onClick={open}
      {...{ command: "show-modal", commandfor: dialogId }}
    >
      {children}
    </Button>
  );
}
