// Refreshing as a browser does, and the times between.
import type { Client } from "@/lib/auth/client";
import {
  type Proof,
  type Reissued,
  reissueTokens,
} from "@/lib/auth/refresh-token/reissue";
import { type Rotation, rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { minutes } from "@/lib/config";
import { transaction } from "@/lib/db";
import { age, makeSignedIn } from "@/tests/people";

type Renewed = Extract<Rotation, { status: "renewed" }>;

/** The renewed pair; anything else is a fault of the test. */
export async function refresh(token: string, client: Client): Promise<Renewed> {
  const rotation = await rotateRefreshToken({ token, client });
  if (rotation.status !== "renewed") throw new Error(`not renewed: ${rotation.status}`);
  return rotation;
}

/** As a confirmation does, and a change of the account; null when it has ended. */
export function reissue(sessionId: string, proof?: Proof): Promise<Reissued | null> {
  return transaction((tx) => reissueTokens(tx, sessionId, proof));
}

export function generationOf(refreshToken: string): number {
  return Number(refreshToken.split(".")[1]);
}

/**
 * A signed-in browser whose token has been rotated `times` times, two minutes
 * apart; `tokens` holds every refresh token it ever had, the current one last.
 */
export async function makeRotated(times: number, over: Partial<Client> = {}) {
  const signedIn = await makeSignedIn(over);
  const tokens = [signedIn.first.refreshToken];
  for (let n = 0; n < times; n++) {
    await age(signedIn.sessionId, minutes(2));
    const { refreshToken } = await refresh(tokens[n] ?? "", signedIn.client);
    tokens.push(refreshToken);
  }
  await age(signedIn.sessionId, minutes(2));
  const at = (generation: number) => tokens[generation] ?? "";
  return { ...signedIn, at, current: at(times) };
}
