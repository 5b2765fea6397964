"use client";

import type { MouseEvent, ReactNode } from "react";
import { Button, type ButtonTone } from "@/components/ui/button";

type DialogButtonProps = {
  dialogId: string;
  tone?: ButtonTone;
  /** Id of what the button is about, where its label alone does not say. */
  describedBy?: string;
  children: ReactNode;
};

/** Opens a dialog by `command`; the click handler serves browsers without it. */
export function DialogButton(props: DialogButtonProps) {
  const { dialogId, tone, describedBy, children } = props;

  function open(event: MouseEvent<HTMLButtonElement>) {
    if ("commandForElement" in event.currentTarget) return;
    const dialog = document.getElementById(dialogId);
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  }
  return (
    <Button
      tone={tone}
      aria-describedby={describedBy}
      onClick={open}
      {...{ command: "show-modal", commandfor: dialogId }}
    >
      {children}
    </Button>
  );
}
