// Sends one mail: to the server SMTP_URL names, or, where none is set, into the
// table that /dev/mail shows. Throws when the server does not take it; the job
// that called tries again.
import nodemailer, { type Transporter } from "nodemailer";
import { appName } from "@/lib/brand";
import { config, seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { parseEmailAddress } from "@/lib/mail/address";
import { type MailContent, renderMail } from "@/lib/mail/render";

let transport: Transporter | undefined;

function sender(): { name: string; address: string } {
  const given = env().mailFrom ?? `no-reply@${new URL(env().appUrl).hostname}`;
  const [, name, address] = /^(.*?)\s*<([^<>]+)>$/.exec(given) ?? [];
  return { name: name || appName(), address: address ?? given };
}

/** Throws for anything but a canonical address (`lib/mail/address.ts`). */
export async function sendMail(to: string, content: MailContent): Promise<void> {
  const parsed = parseEmailAddress(to);
  if (!parsed.ok || parsed.address !== to) throw new Error("no canonical address");
  const { appUrl, smtpUrl } = env();
  const mail = renderMail(content, {
    appName: appName(),
    appUrl,
    supportAddress: config.brand.supportAddress,
  });
  const from = sender();
  if (!smtpUrl) {
    await db().mail.create({ data: { id: newId(), to, from: from.address, ...mail } });
    return;
  }
  transport ??= nodemailer.createTransport(smtpUrl, {
    connectionTimeout: seconds(10),
    greetingTimeout: seconds(10),
    socketTimeout: seconds(30),
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object);
  // Objects, never strings: a string is parsed again, and parsers have sent mail
  // to the wrong mailbox before (Auth.js GHSA-5jpx-9hw9-2fx4).
  const recipient = { name: "", address: to };
  await transport.sendMail({
    from,
    to: recipient,
    envelope: { from, to: [recipient] },
    ...mail,
  });
}
