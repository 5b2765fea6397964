// An action that writes a cookie has its page drawn again in the same answer,
// from the headers the request came with. These are the headers as the browser's
// next request will have them, so that the page does not show what was before.
import { cookies, headers } from "next/headers";
import { readCookies } from "@/lib/http/cookies";

export async function drawnHeaders(): Promise<Headers> {
  const drawn = new Headers(await headers());
  // The parsed cookies hide that one came twice; the raw ones must go on telling.
  if (readCookies(drawn).isTossed) return drawn;
  drawn.set("cookie", (await cookies()).toString());
  return drawn;
}
