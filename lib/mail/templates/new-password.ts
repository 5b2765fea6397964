// Where a mail advises a new password: the way to one, where accounts have any.
import { link } from "@/lib/mail/blocks";
import type { Block } from "@/lib/mail/render";

/** Null where passwords are switched off. */
export type Reset = { resetLink: string | null };

export function newPassword({ resetLink }: Reset): Block[] {
  return resetLink ? [link("Choose a new password", resetLink)] : [];
}
