import { PageHeading } from "@/components/page-heading";
import { PageTitle } from "@/components/page-title";
import { RelativeTime } from "@/components/relative-time";
import { Card } from "@/components/ui/card";
import { appName } from "@/lib/brand";
import { listMail } from "@/lib/http/mailbox";

// Every mail that was sent while no mail server is set. Not in production builds.
export default async function MailPage() {
  const mails = await listMail(null);
  return (
    <main id="main" className="mx-auto max-w-3xl px-4 py-8 sm:px-6">
      <PageTitle title="Mail" appName={appName()} />
      <PageHeading lead="What would have been sent, newest first. Set SMTP_URL to send for real.">
        Mail
      </PageHeading>
      {mails.length === 0 && <p className="text-sm text-muted">No mail yet.</p>}
      <ul className="space-y-4">
        {mails.map(({ id, to, subject, text, sentAt }) => (
          <li key={id}>
            <Card className="space-y-3 p-5">
              <h2 className="font-semibold">{subject}</h2>
              <p className="text-sm text-muted">
                To {to} · <RelativeTime dateTime={sentAt.toISOString()} />
              </p>
              <p className="text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
                <Linked text={text} />
              </p>
            </Card>
          </li>
        ))}
      </ul>
    </main>
  );
}

/** The text part, with the links on lines of their own made to be followed. */
function Linked({ text }: { text: string }) {
  return text.split(/(^https?:\/\/\S+$)/m).map((part) =>
    /^https?:\/\//.test(part) ? (
      <a key={part} href={part} className="text-accent underline underline-offset-4">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
