import { z } from "zod";
import { removePasskey, renamePasskey } from "@/lib/auth/passkey/credentials";
import { passkeyName } from "@/lib/auth/passkey/passkey-name";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { pathId } from "@/lib/http/opaque-id";
import { handTokens } from "@/lib/http/sign-in-answer";

const body = z.object({ name: passkeyName });

export const PATCH = apiRoute({ of: "passkey", body, limit: "account" }, async (call) => {
  const { input, client } = call;
  const session = await requireSession();
  await requireConfirmation(session);
  const passkeyId = pathId(call);
  await renamePasskey({ session, passkeyId, name: input.name, client });
  return Response.json({ id: passkeyId, name: input.name });
});

export const DELETE = apiRoute({ of: "passkey", limit: "confirm" }, async (call) => {
  const { client } = call;
  const session = await requireSession();
  await requireConfirmation(session);
  const passkeyId = pathId(call);
  const { tokens, ended } = await removePasskey({ session, passkeyId, client });
  return Response.json({ status: "passkey_removed", ended, ...handTokens(call, tokens) });
});
