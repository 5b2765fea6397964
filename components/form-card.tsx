import type { ReactNode } from "react";
import { PageHeading } from "@/components/page-heading";
import { Card } from "@/components/ui/card";

type FormCardProps = { heading: string; lead?: ReactNode; children: ReactNode };

/** What a signed-out page consists of: one heading, one form. */
export function FormCard({ heading, lead, children }: FormCardProps) {
  return (
    <Card className="p-6 sm:p-8">
      <PageHeading lead={lead}>{heading}</PageHeading>
      {children}
    </Card>
  );
}
