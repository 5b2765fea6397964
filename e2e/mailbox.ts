// A real SMTP server that keeps what it is given.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { domainToASCII } from "node:url";
import { SMTPServer } from "smtp-server";

export type Received = {
  from: string;
  to: string[];
  raw: string;
  subject: string;
  text: string;
  html: string;
};

export class Mailbox {
  readonly received: Received[] = [];
  private waiting: (() => void)[] = [];
  private constructor(
    private server: SMTPServer,
    readonly port: number,
  ) {}

  static async start(port = 0): Promise<Mailbox> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      logger: false,
    });
    server.listen(port, "127.0.0.1");
    await once(server.server, "listening");
    const mailbox = new Mailbox(server, (server.server.address() as AddressInfo).port);
    mailbox.attach();
    return mailbox;
  }

  private attach(): void {
    // A node that is stopped in the middle of a mail resets the line.
    this.server.on("error", (error: Error & { code?: string }) => {
      if (error.code !== "ECONNRESET") throw error;
    });
    this.server.onData = (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : "";
        const to = session.envelope.rcptTo.map(({ address }) => asSent(address));
        this.received.push({
          from,
          to,
          ...parse(Buffer.concat(chunks).toString("utf8")),
        });
        done();
        for (const wake of this.waiting.splice(0)) wake();
      });
    };
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** The server goes away; `resume` brings it back on the same port. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  async resume(): Promise<void> {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      logger: false,
    });
    this.attach();
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server.server, "listening");
  }

  to(address: string): Received[] {
    return this.received.filter((mail) => mail.to.includes(address));
  }

  /** The `count`-th mail to this address, when it has come. */
  wait(address: string, count = 1, timeout = 20_000): Promise<Received> {
    const find = () => this.to(address)[count - 1];
    return this.until(find, `mail number ${count} to ${address}`, timeout);
  }

  /** By its subject: several mails of one moment come in any order. */
  waitFor(
    address: string,
    subject: string | RegExp,
    { count = 1, timeout = 20_000 } = {},
  ): Promise<Received> {
    const find = () => this.about(address, subject)[count - 1];
    return this.until(find, `mail "${subject}" number ${count} to ${address}`, timeout);
  }

  /** What has come to this address under this subject. */
  about(address: string, subject: string | RegExp): Received[] {
    return this.to(address).filter((mail) =>
      typeof subject === "string" ? mail.subject === subject : subject.test(mail.subject),
    );
  }

  private async until(
    find: () => Received | undefined,
    what: string,
    timeout: number,
  ): Promise<Received> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const mail = find();
      if (mail) return mail;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`there came no ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<void> {
    await this.pause();
  }
}

/** The library shows domains in Unicode; on the line they are ASCII. */
function asSent(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`;
}

export function codeIn(mail: Received): string {
  const code = /^(\d{6})\r?$/m.exec(mail.text)?.[1];
  if (!code) throw new Error(`no code in: ${mail.text}`);
  return code;
}

export function linkIn(mail: Received): string {
  const link = /^(https?:\/\/\S+)\r?$/m.exec(mail.text)?.[1];
  if (!link) throw new Error(`no link in: ${mail.text}`);
  return link;
}

export function tokenIn(mail: Received): string {
  return new URL(linkIn(mail)).hash.replace("#token=", "");
}

// Our own mails only: multipart/alternative, quoted-printable, base64 or plain.
function parse(raw: string): Pick<Received, "raw" | "subject" | "text" | "html"> {
  // By its whole name: a folded line may begin with two dashes of a token.
  const boundary = /boundary="?([^"\r\n;]+)/i.exec(raw)?.[1] ?? "";
  const end = `--${boundary.replace(/[^\w-]/g, "\\$&")}`;
  const part = (type: string) => {
    const found = new RegExp(
      `Content-Type: ${type}[^]*?\\r\\n\\r\\n([^]*?)\\r\\n${end}`,
      "i",
    ).exec(raw);
    if (!found) return "";
    const headers = found[0].slice(0, found[0].indexOf("\r\n\r\n"));
    return decode(found[1] ?? "", /Content-Transfer-Encoding: (\S+)/i.exec(headers)?.[1]);
  };
  const subject =
    /^Subject: (.*(?:\r\n[ \t].*)*)/im.exec(raw)?.[1]?.replace(/\r\n[ \t]/g, " ") ?? "";
  return { raw, subject, text: part("text/plain"), html: part("text/html") };
}

function decode(body: string, encoding = "7bit"): string {
  if (encoding.toLowerCase() === "base64")
    return Buffer.from(body, "base64").toString("utf8");
  if (encoding.toLowerCase() !== "quoted-printable") return body;
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
