"use client";

import { useLayoutEffect } from "react";

/**
 * With an answer the question is over. Before anything else takes focus, since
 * nothing behind an open dialog can.
 */
export function useDialogClosing(dialogId: string, answeredAt: number | undefined): void {
  useLayoutEffect(() => {
    const dialog = document.getElementById(dialogId);
    if (answeredAt && dialog instanceof HTMLDialogElement) dialog.close();
  }, [dialogId, answeredAt]);
}
