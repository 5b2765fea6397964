import { z } from "zod";
import { confirm } from "@/lib/auth/step-up/confirm";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { destructiveAct } from "@/lib/http/confirmation";
import { assertionResponse, takeHandle } from "@/lib/http/passkey";
import { handTokens } from "@/lib/http/sign-in-answer";

const body = z.object({ response: assertionResponse, for: destructiveAct });

export const POST = apiRoute({ of: "passkey", body, limit: "confirm" }, async (call) => {
  const { input, client } = call;
  const session = await requireSession();
  const proof = { method: "passkey" as const, response: input.response };
  const given = { session, client, act: input.for };
  const confirmed = await confirm(given, { ...proof, handle: takeHandle(call) });
  const { isPersistent: _, ...shown } = confirmed.session;
  return Response.json({ session: shown, ...handTokens(call, confirmed) });
});
