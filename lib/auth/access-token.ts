// The access token: a signed statement, valid for minutes, that names a session
// and nobody (RFC 9068, RFC 8725). It proves no more than that we issued it; the
// caller still asks `session-cache` whether the session lives.
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint, type JWK, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { config } from "@/lib/config";
import { newId, sha256, subKeys } from "@/lib/crypto";
import { env } from "@/lib/env";

const claims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  sid: z.string(),
  iat: z.number().int(),
  exp: z.number().int(),
  jti: z.string().regex(/^\d{1,10}\.[\w-]{22}$/),
  auth_time: z.number().int(),
  aal: z.number().int(),
  amr: z.array(z.string()),
  sv: z.number().int(),
});

export type AccessClaims = {
  sessionId: string;
  userId: string;
  generation: number;
  securityVersion: number;
  expiresAt: Date;
};

type SigningKey = { id: string; privateKey: KeyObject; publicKey: KeyObject; jwk: JWK };

// PKCS #8 wrapping of a bare Ed25519 seed (RFC 8410 §7).
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

let loadedKeys: Promise<SigningKey[]> | undefined;

/** One pair a root secret; the first signs, the others only verify. */
function keys(): Promise<SigningKey[]> {
  loadedKeys ??= Promise.all(subKeys("access-token-signing").map(keyFromSeed));
  return loadedKeys;
}

async function keyFromSeed(seed: Buffer): Promise<SigningKey> {
  const der = Buffer.concat([pkcs8Prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  const { kty, crv, x } = publicKey.export({ format: "jwk" });
  const jwk = { kty, crv, x } as JWK;
  const id = await calculateJwkThumbprint(jwk);
  return {
    id,
    privateKey,
    publicKey,
    jwk: { ...jwk, kid: id, alg: "EdDSA", use: "sig" },
  };
}

/** The key set that is published at /.well-known/jwks.json (RFC 7517). */
export async function publicKeys(): Promise<{ keys: JWK[] }> {
  return { keys: (await keys()).map((key) => key.jwk) };
}

export type TokenSubject = {
  id: string;
  userId: string;
  generation: number;
  securityVersion: number;
  aal: number;
  amr: string[];
  authenticatedAt: Date;
  expiresAt: Date;
};

const inSeconds = (time: number) => Math.floor(time / 1000);

/** Never outlives its session. `now` is the database's time. */
export async function issueAccessToken(session: TokenSubject, now: Date) {
  const [key] = await keys();
  if (!key) throw new Error("there is no signing key");
  const end = Math.min(
    now.getTime() + config.accessToken.lifetime,
    session.expiresAt.getTime(),
  );
  const token = await new SignJWT({
    sid: session.id,
    auth_time: inSeconds(session.authenticatedAt.getTime()),
    aal: session.aal,
    amr: session.amr,
    sv: session.securityVersion,
  })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: key.id })
    .setIssuer(env().appUrl)
    .setAudience(config.accessToken.audience)
    .setSubject(session.userId)
    .setIssuedAt(inSeconds(now.getTime()))
    .setExpirationTime(inSeconds(end))
    .setJti(`${session.generation}.${newId()}`)
    .sign(key.privateKey);
  return { token, expiresAt: new Date(inSeconds(end) * 1000) };
}

// A signature costs 300 µs to check and a token comes back for 15 minutes.
const verified = new Map<string, AccessClaims>();
const maxRemembered = 10_000;

// Decoders skip what is no base64url, so that one token would have many spellings.
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Null for anything but a token of ours for this audience, unexpired and not
 * from the future. Does not check that the session is alive.
 */
export async function verifyAccessToken(
  token: string,
  now = new Date(),
): Promise<AccessClaims | null> {
  if (token.length > 2048 || !compact.test(token)) return null;
  const digest = sha256(token).toString("base64");
  const known = verified.get(digest);
  if (known) return isCurrent(known, now) ? known : null;

  const found = await readToken(token, now);
  if (!found) return null;
  const [oldest] = verified.keys();
  if (verified.size >= maxRemembered && oldest) verified.delete(oldest);
  verified.set(digest, found);
  return found;
}

function isCurrent({ expiresAt }: AccessClaims, now: Date): boolean {
  return now.getTime() < expiresAt.getTime() + config.accessToken.clockTolerance;
}

async function readToken(token: string, now: Date): Promise<AccessClaims | null> {
  const header = readPart(token, 0);
  const payload = claims.safeParse(readPart(token, 1));
  const key = (await keys()).find(({ id }) => id === header?.kid);
  // Exactly our three header members: no `jku`, `jwk` or `crit` is ever followed.
  if (!header || !key || !payload.success || Object.keys(header).length !== 3)
    return null;
  try {
    await jwtVerify(token, key.publicKey, {
      algorithms: ["EdDSA"],
      typ: "at+jwt",
      issuer: env().appUrl,
      audience: config.accessToken.audience,
      clockTolerance: config.accessToken.clockTolerance / 1000,
      currentDate: now,
      maxTokenAge: config.accessToken.lifetime / 1000,
    });
  } catch {
    return null;
  }
  const { sid, sub, jti, sv, exp } = payload.data;
  return {
    sessionId: sid,
    userId: sub,
    generation: Number.parseInt(jti, 10),
    securityVersion: sv,
    expiresAt: new Date(exp * 1000),
  };
}

/** Our own serialiser never repeats a member; parsers disagree on those. */
function readPart(token: string, index: number): Record<string, unknown> | null {
  const raw = Buffer.from(token.split(".")[index] ?? "", "base64url").toString("utf8");
  try {
    const part = JSON.parse(raw);
    const isPlain = typeof part === "object" && part !== null && !Array.isArray(part);
    return isPlain && JSON.stringify(part) === raw ? part : null;
  } catch {
    return null;
  }
}
