import { RelativeTime } from "@/components/relative-time";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { WarningIcon } from "@/components/ui/icon";
import { TextLink } from "@/components/ui/text-link";
import type { Activity } from "@/lib/auth/activity";
import { type Given, withQuery } from "./address";

type ActivityListProps = {
  items: readonly Activity[];
  nextCursor: string | undefined;
  given: Given;
  /** The session that is looking. */
  currentId: string;
};

export function ActivityList({ items, nextCursor, given, currentId }: ActivityListProps) {
  if (items.length === 0) return <Nothing given={given} />;
  return (
    <>
      <Card>
        <ul className="divide-y divide-line">
          {items.map((item) => (
            <Row key={item.id} item={item} isHere={item.sessionId === currentId} />
          ))}
        </ul>
      </Card>
      {items.some(({ location }) => location) && (
        <p className="text-sm text-muted">
          Places are estimated from the IP address and can be wrong.
        </p>
      )}
      <Pages given={given} nextCursor={nextCursor} />
    </>
  );
}

// The words of the time come with the script: their line has its height before,
// and where they stand beside the rest, their column has its width.
function Row({ item, isHere }: { item: Activity; isHere: boolean }) {
  const { sentence, result, device, ip, location, at } = item;
  return (
    <li className="flex flex-wrap gap-x-6 gap-y-1 p-4 text-sm sm:p-5">
      <div className="min-w-0 grow basis-60 space-y-1">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="min-w-0 font-medium">{sentence}</span>
          {result === "failure" && (
            <Badge tone="danger">
              <WarningIcon className="mr-1 size-3.5" />
              Refused
            </Badge>
          )}
          {isHere && <Badge tone="accent">This session</Badge>}
        </p>
        <Facts>
          {device && <span>{device}</span>}
          {location && <span>{location}</span>}
          {ip && <span>{ip}</span>}
        </Facts>
      </div>
      <p className="min-h-5 text-muted sm:w-36 sm:text-right sm:[@media(scripting:none)]:w-44">
        <RelativeTime dateTime={at.toISOString()} />
      </p>
    </li>
  );
}

function Pages({ given, nextCursor }: Pick<ActivityListProps, "given" | "nextCursor">) {
  if (!given.cursor && !nextCursor) return null;
  return (
    <nav aria-label="Pages" className="flex gap-6 text-sm">
      {given.cursor && (
        <TextLink href={withQuery({ ...given, cursor: undefined })}>Newest</TextLink>
      )}
      {nextCursor && (
        <TextLink href={withQuery({ ...given, cursor: nextCursor })}>Older</TextLink>
      )}
    </nav>
  );
}

function Nothing({ given: { cursor, ...filter } }: { given: Given }) {
  const isFiltered = withQuery(filter) !== withQuery({});
  return (
    <Card className="space-y-2 p-5 text-sm sm:p-6">
      <p className="font-medium">{explain(isFiltered, cursor !== undefined)}</p>
      {cursor !== undefined && (
        <p>
          <TextLink href={withQuery(filter)}>Newest</TextLink>
        </p>
      )}
      {isFiltered && (
        <p>
          <TextLink href={withQuery({})}>Clear the filter</TextLink>
        </p>
      )}
    </Card>
  );
}

function explain(isFiltered: boolean, isOlder: boolean): string {
  if (isOlder) return "There is nothing older.";
  return isFiltered
    ? "Nothing that happened matches this filter."
    : "Nothing has happened yet.";
}
