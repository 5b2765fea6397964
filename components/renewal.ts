// When an open page renews its access token. Pure verdicts and the two network
// calls; `session-keeper.tsx` listens and acts. No token is ever seen here.

export type Renewal = {
  /** From this moment on the access token should be renewed. */
  renewAt: number;
  /** The last sign of a person: pointer, key or scroll. */
  inputAt: number;
  /** When the token was last renewed, here or in another tab. */
  renewedAt: number;
  /** After a failed attempt nothing is sent before this moment. */
  retryAt: number;
};

export type RenewalVerdict = "renew" | "later" | "unattended";

/** A tab that nobody touched since the last renewal is left to go idle. */
export function judgeRenewal(renewal: Renewal, now: number): RenewalVerdict {
  if (now < Math.max(renewal.renewAt, renewal.retryAt)) return "later";
  return renewal.inputAt > renewal.renewedAt ? "renew" : "unattended";
}

const longestTimer = 60 * 60_000;

/** A long timer runs late after sleep, so it is never trusted for long. */
export function nextLook({ renewAt, retryAt }: Renewal, now: number): number {
  return Math.min(Math.max(renewAt, retryAt) - now, longestTimer);
}

/** 5 s, 10 s, … 80 s; `spread` (0–1) keeps many tabs from coming at once. */
export function backOff(failures: number, spread: number): number {
  const base = 5000 * 2 ** Math.min(failures - 1, 4);
  return base * (1 + spread / 2);
}

export type RenewalAnswer =
  | { kind: "renewed"; renewAt: number }
  | { kind: "ended"; reason: string | null }
  | { kind: "failed"; retryAfter: number };

/** Renewed this long before the end, but never sooner than half a minute. */
const margin = 60_000;
const shortestLife = 30_000;

/**
 * The end of the token is the server's time: the answer's own `Date` tells how
 * far this clock is off.
 */
export function readRenewAt(accessExpiresAt: string, date: string | null, now: number) {
  const serverNow = date ? Date.parse(date) : now;
  const life = Date.parse(accessExpiresAt) - serverNow - margin;
  return now + (life > shortestLife ? life : shortestLife);
}

export async function askForRenewal(): Promise<RenewalAnswer> {
  try {
    const response = await fetch("/api/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const { headers, status } = response;
    if (status === 200) {
      const { accessExpiresAt } = await response.json();
      const renewAt = readRenewAt(accessExpiresAt, headers.get("date"), Date.now());
      return { kind: "renewed", renewAt };
    }
    if (status === 401) {
      const problem = await response.json().catch(() => null);
      return { kind: "ended", reason: problem?.reason ?? null };
    }
    const retryAfter = Number(headers.get("retry-after")) * 1000;
    return { kind: "failed", retryAfter: retryAfter > 0 ? retryAfter : 0 };
  } catch {
    return { kind: "failed", retryAfter: 0 };
  }
}

/** False only when the server says that nobody is signed in. */
export async function hasSession(): Promise<boolean> {
  try {
    const response = await fetch("/api/auth/session");
    return !response.ok || (await response.json()) !== null;
  } catch {
    return true;
  }
}

export function signInAddress(loginPath: string, here: string, reason: string | null) {
  const query = `next=${encodeURIComponent(here)}`;
  const why = reason ? `&reason=${encodeURIComponent(reason)}` : "";
  return `${loginPath}?${query}${why}`;
}
