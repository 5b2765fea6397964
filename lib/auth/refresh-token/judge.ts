// Rotating refresh tokens with reuse detection (RFC 9700 §4.14.2). A token is
// `id.generation.mac`, derived from the row's own secret and a sub-key: neither
// the database nor the key alone can make one, and none is stored. So the same
// generation always gives the same token, and every tab that loses a race is
// handed the winner's.
import type { EndReason } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { isEqual, mac, macs } from "@/lib/crypto";

export type Derivation = { id: string; channel: string; secret: Uint8Array };

function material({ id, channel, secret }: Derivation, generation: number): string {
  return `${id}.${generation}.${channel}.${Buffer.from(secret).toString("base64url")}`;
}

export function deriveRefreshToken(session: Derivation, generation: number): string {
  return `${session.id}.${generation}.${mac("refresh-token", material(session, generation))}`;
}

export function isGenuine(
  session: Derivation,
  { generation, proof }: Presented,
): boolean {
  return macs("refresh-token", material(session, generation)).some((expected) =>
    isEqual(expected.toString("base64url"), proof),
  );
}

export type Presented = { id: string; generation: number; proof: string };

export function parseRefreshToken(token: string): Presented | null {
  const [, id, generation, proof] =
    /^([\w-]{22})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/.exec(token) ?? [];
  return id && generation && proof ? { id, generation: Number(generation), proof } : null;
}

export type Verdict =
  | "unknown"
  | "ended"
  | "other_device"
  | "unbound"
  | "fresh"
  | "rotate"
  | "repeat"
  | "reuse";

export type Judged = {
  generation: number;
  confirmedGeneration: number;
  rotatedAt: Date;
  recentRotations: Date[];
  channel: "browser" | "native";
  deviceHash: Uint8Array | null;
  endReason: EndReason | null;
};

export type Presentation = {
  generation: number;
  isGenuine: boolean;
  channel: "browser" | "native";
  deviceHash: Uint8Array | null;
};

/** The generation before the first rotation of the last 45 seconds. */
export function floorOf({ generation, recentRotations }: Judged, now: Date): number {
  const since = now.getTime() - config.refreshToken.grace;
  return generation - recentRotations.filter((at) => at.getTime() > since).length;
}

/** Decides, and does nothing. The order of the questions is the policy. */
export function judge(presented: Presentation, session: Judged, now: Date): Verdict {
  if (!presented.isGenuine || presented.channel !== session.channel) return "unknown";
  if (session.endReason) return "ended";
  if (session.channel === "browser") {
    // A session that was bound to nothing would be anybody's.
    if (!presented.deviceHash || !session.deviceHash) return "unbound";
    if (!Buffer.from(session.deviceHash).equals(presented.deviceHash))
      return "other_device";
  }
  const { generation: current, confirmedGeneration } = session;
  const age = now.getTime() - session.rotatedAt.getTime();
  if (presented.generation === current) {
    return age < config.refreshToken.minAge ? "fresh" : "rotate";
  }
  if (presented.generation > current) return "reuse";
  if (presented.generation >= floorOf(session, now)) return "repeat";
  // The answer that carried the successor never arrived anywhere.
  if (presented.generation === current - 1 && confirmedGeneration < current)
    return "repeat";
  return "reuse";
}
