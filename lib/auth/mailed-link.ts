// What a mailed link is for, told before it is used. Reading consumes nothing,
// and only a secret that is genuine is told anything of a person.
import { type Challenge, findChallenge, readSecret } from "@/lib/auth/challenge";
import type { ChallengePurpose } from "@/lib/crypto";

export type LinkState<About> =
  | { state: "open"; about: About }
  | { state: "used" | "expired" | "replaced" | "unknown" };

/** `tell` says what whoever has the mail may see of it. */
export async function readLink<Data, About>(
  purpose: ChallengePurpose,
  token: string,
  tell: (challenge: Challenge<Data>) => About | Promise<About>,
): Promise<LinkState<About>> {
  const id = readSecret(purpose, "link", token);
  if (!id) return { state: "unknown" };
  const found = await findChallenge<Data>(purpose, id);
  if (found.state !== "open") return { state: found.state };
  return { state: "open", about: await tell(found.challenge) };
}
