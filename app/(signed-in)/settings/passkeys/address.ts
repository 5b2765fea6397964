// Where the page of passkeys is, and what its query says.
import { safePath } from "@/lib/http/safe-path";

export const path = "/settings/passkeys";

/** One is to be added; `next` is where its owner was going. */
export function addingPath(next?: string): string {
  return `${path}?${new URLSearchParams({ add: "1", ...(next && { next }) })}`;
}

export function addedPath(passkeyId: string, next?: string): string {
  return `${path}?${new URLSearchParams({ added: passkeyId, ...(next && { next }) })}`;
}

type Query = Record<string, string | string[] | undefined>;

export function readQuery(query: Query) {
  return {
    isAdding: query.add === "1",
    addedId: typeof query.added === "string" ? query.added : null,
    next: safePath(query.next) ?? undefined,
  };
}
