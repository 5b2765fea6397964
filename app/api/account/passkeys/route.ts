import { z } from "zod";
import { refusePasskey } from "@/lib/auth/passkey/assertion";
import { listPasskeys } from "@/lib/auth/passkey/credentials";
import { finishRegistration } from "@/lib/auth/passkey/register";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { attestationResponse, takeHandle } from "@/lib/http/passkey";
import { handTokens } from "@/lib/http/sign-in-answer";

export const GET = apiRoute({ of: "passkey", limit: "account" }, async () => {
  const { userId } = await requireSession();
  return Response.json({ items: await listPasskeys(userId), nextCursor: null });
});

const body = z.object({ response: attestationResponse });

export const POST = apiRoute({ of: "passkey", body, limit: "confirm" }, async (call) => {
  const { input, client } = call;
  const session = await requireSession();
  const answer = { session, response: input.response, client };
  const added = await finishRegistration({ ...answer, handle: takeHandle(call) });
  if (!added) {
    await requireConfirmation(session);
    throw refusePasskey("no_ceremony");
  }
  const { id, name, tokens } = added;
  const shown = { id, name, ...handTokens(call, tokens) };
  return Response.json(shown, { status: 201 });
});
