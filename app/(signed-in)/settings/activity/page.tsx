import { PageHeading } from "@/components/page-heading";
import { PageTitle } from "@/components/page-title";
import { TextLink } from "@/components/ui/text-link";
import { listActivity } from "@/lib/auth/activity";
import { appName } from "@/lib/brand";
import { activityQuery } from "@/lib/http/activity-query";
import { requireUser } from "@/lib/http/current-session";
import { ActivityFilter } from "./activity-filter";
import { ActivityList } from "./activity-list";
import { type Query, readQuery, withQuery } from "./address";

const pageSize = 25;

type Props = { searchParams: Promise<Query> };

export default async function ActivityPage({ searchParams }: Props) {
  const given = readQuery(await searchParams);
  const { userId, id } = await requireUser(withQuery(given));
  const parsed = activityQuery.safeParse(given);
  return (
    <>
      <PageTitle title="Security activity" appName={appName()} error={!parsed.success} />
      <PageHeading lead="What happened to your account, and from where.">
        Security activity
      </PageHeading>
      <div className="space-y-6">
        <ActivityFilter given={given} faults={parsed.error?.issues ?? []} />
        <p className="text-sm">
          Something here was not you?{" "}
          <TextLink href="/settings/security">Secure your account</TextLink>
        </p>
        {parsed.success && (
          <ActivityList
            {...(await readPage(userId, parsed.data))}
            given={given}
            currentId={id}
          />
        )}
      </div>
    </>
  );
}

type Filter = ReturnType<typeof activityQuery.parse>;

/** One more than is shown tells whether there is another page. */
async function readPage(userId: string, { cursor: after, ...filter }: Filter) {
  const page = { ...filter, limit: pageSize + 1, after };
  const found = await listActivity(userId, page);
  const items = found.slice(0, pageSize);
  return { items, nextCursor: found.length > pageSize ? items.at(-1)?.id : undefined };
}
