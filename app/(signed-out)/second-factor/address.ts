// The page's own address, and where it leads when the sign-in is over.

/** `next` is a path of ours. */
export function secondFactorPath(method: string, next?: string | null): string {
  return `/second-factor?${new URLSearchParams({ method, ...(next && { next }) })}`;
}

export function overPath(reason: "over" | "spent", next?: string | null): string {
  const query = { reason: `second_factor_${reason}`, ...(next && { next }) };
  return `/login?${new URLSearchParams(query)}`;
}
