import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";

type SettingsSectionProps = {
  title: string;
  lead?: ReactNode;
  tone?: "danger";
  children: ReactNode;
};

export function SettingsSection({ title, lead, tone, children }: SettingsSectionProps) {
  return (
    <Card className={`p-5 sm:p-6 ${tone === "danger" ? "border-danger/40!" : ""}`}>
      <h2 className="font-semibold">{title}</h2>
      {lead && <p className="mt-1 text-sm text-muted">{lead}</p>}
      <div className="mt-4 space-y-4">{children}</div>
    </Card>
  );
}
