// What is shown when there is nothing else to show: not found, out of order.
// It is its own frame, since an error may have taken the layout with it.

import { Mark } from "@/components/mark";
import { PageHeading } from "@/components/page-heading";
import { PageTitle } from "@/components/page-title";
import { SkipLink } from "@/components/skip-link";
import { TextLink } from "@/components/ui/text-link";

type StatusPageProps = {
  /** Unknown to the page that is shown when a page fails. */
  appName?: string;
  title: string;
  text: string;
  links: readonly { href: string; label: string }[];
};

export function StatusPage({ appName, title, text, links }: StatusPageProps) {
  return (
    <>
      <SkipLink />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center px-6 py-12 outline-none"
      >
        <PageTitle title={title} appName={appName} />
        <Mark className="mb-8 size-10" />
        <PageHeading lead={text}>{title}</PageHeading>
        <ul className="flex flex-wrap gap-x-6 gap-y-3 text-sm">
          {links.map(({ href, label }) => (
            <li key={href}>
              <TextLink href={href} className="inline-block py-1">
                {label}
              </TextLink>
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
