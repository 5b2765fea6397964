import { z } from "zod";
import type { Rotation } from "@/lib/auth/refresh-token/rotate";
import { Refusal } from "@/lib/errors";
import { type ApiCall, apiRoute } from "@/lib/http/api-route";
import { clearSession, writeSession } from "@/lib/http/cookies";
import { renewSession } from "@/lib/http/renew-session";
import { nativeTokens } from "@/lib/http/sign-in-answer";

const body = z.object({ refreshToken: z.string().max(200).optional() });

export const POST = apiRoute({ body }, async (call) => {
  const isNative = call.client.channel === "native";
  const token = isNative ? call.input.refreshToken : call.cookies.refresh;
  if (!token) throw new Refusal("unauthenticated");
  const rotation = await renewSession(call.request.headers, token);
  return rotation.status === "renewed" ? answer(call, rotation) : refuse(call, rotation);
});

type Renewed = Extract<Rotation, { status: "renewed" }>;

function answer({ client, jar }: ApiCall<unknown>, rotation: Renewed): Response {
  const isNative = client.channel === "native";
  if (!isNative) writeSession(jar, rotation);
  const { id, aal, amr, createdAt, expiresAt, idleExpiresAt } = rotation.session;
  return Response.json({
    session: { id, aal, amr, createdAt, expiresAt, idleExpiresAt },
    accessExpiresAt: rotation.accessToken.expiresAt,
    ...(isNative && { tokens: nativeTokens(rotation) }),
  });
}

function refuse(
  { client, jar }: ApiCall<unknown>,
  rotation: Exclude<Rotation, Renewed>,
): never {
  if (client.channel === "browser") clearSession(jar);
  if (rotation.status === "unknown") throw new Refusal("unauthenticated");
  throw new Refusal("unauthenticated", { extra: { reason: rotation.reason } });
}
