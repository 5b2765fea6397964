// Where this address's mail is read: the local mailbox while nothing is sent,
// else the few providers whose inbox has one address for everybody.
import { isMailKept } from "@/lib/http/mailbox";

const inboxes = new Map([
  ["gmail.com", { href: "https://mail.google.com/", label: "Open Gmail" }],
  ["googlemail.com", { href: "https://mail.google.com/", label: "Open Gmail" }],
  ["outlook.com", { href: "https://outlook.live.com/mail/", label: "Open Outlook" }],
  ["hotmail.com", { href: "https://outlook.live.com/mail/", label: "Open Outlook" }],
  ["live.com", { href: "https://outlook.live.com/mail/", label: "Open Outlook" }],
  ["yahoo.com", { href: "https://mail.yahoo.com/", label: "Open Yahoo Mail" }],
  ["icloud.com", { href: "https://www.icloud.com/mail/", label: "Open iCloud Mail" }],
  ["proton.me", { href: "https://mail.proton.me/", label: "Open Proton Mail" }],
  ["fastmail.com", { href: "https://app.fastmail.com/", label: "Open Fastmail" }],
]);

export function mailLink(email: string): { href: string; label: string } | undefined {
  if (isMailKept()) return { href: "/dev/mail", label: "Open the development mailbox" };
  return inboxes.get(email.slice(email.lastIndexOf("@") + 1));
}
