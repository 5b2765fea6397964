"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";

type CopyButtonProps = { text: string; label: string };

/** Says what came of it; without script it could do nothing. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [note, setNote] = useState("");

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setNote("Copied.");
    } catch {
      setNote("This browser did not let us copy it. Select it and copy it yourself.");
    }
  }

  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1 print:hidden [@media(scripting:none)]:hidden">
      <Button tone="secondary" onClick={copy}>
        {label}
      </Button>
      <span role="status" className="text-sm text-success empty:hidden">
        {note}
      </span>
    </span>
  );
}
