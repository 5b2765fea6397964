// The filter lives in the address alone: links, the back button and a browser
// without scripts all keep it.

const path = "/settings/activity";
const names = ["kind", "from", "to", "cursor"] as const;

export type Query = Record<string, string | string[] | undefined>;
export type Given = Partial<Record<(typeof names)[number], string>>;

/** The last of each name, and nothing that a form has left empty. */
export function readQuery(query: Query): Given {
  const pairs = names.map((name) => [name, [query[name]].flat().at(-1)] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value));
}

export function withQuery(given: Given): string {
  const pairs = names.map((name) => [name, given[name] ?? ""]);
  const query = new URLSearchParams(pairs.filter(([, value]) => value)).toString();
  return query ? `${path}?${query}` : path;
}
