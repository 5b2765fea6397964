// The development mailbox, for the pages under /dev that no production build has.
import { db } from "@/lib/db";
import { env } from "@/lib/env";

/** Whether mail is kept here and sent nowhere. */
export function isMailKept(): boolean {
  return !env().isProduction && !env().smtpUrl;
}

/** Newest first. */
export function listMail(to: string | null) {
  return db().mail.findMany({
    where: to ? { to } : {},
    orderBy: [{ sentAt: "desc" }, { id: "desc" }],
    take: 50,
  });
}
