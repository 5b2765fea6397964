import { z } from "zod";
import { changeName, deleteAccount, findProfile } from "@/lib/auth/account";
import { personName } from "@/lib/auth/person-name";
import { Refusal } from "@/lib/errors";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";
import { clearSession } from "@/lib/http/cookies";

export const GET = apiRoute({ limit: "account" }, async () => {
  const { userId } = await requireSession();
  return Response.json(await findProfile(userId));
});

const asTyped = (name: string): string | undefined => name;

/** An empty name is none. */
const body = z.object({
  name: z.string("Send a name.").transform(asTyped).pipe(personName),
});

export const PATCH = apiRoute({ body, limit: "account" }, async ({ input, client }) => {
  const session = await requireSession();
  await changeName(session, input.name, client);
  return Response.json(await findProfile(session.userId));
});

export const DELETE = apiRoute({ limit: "account" }, async ({ client, jar }) => {
  const session = await requireSession();
  await requireConfirmation(session, "delete_account");
  // The same confirmation may have been spent by a second request meanwhile.
  if (!(await deleteAccount(session, client))) {
    await requireConfirmation(session, "delete_account");
    // It is still there, so the session itself has ended.
    throw new Refusal("unauthenticated");
  }
  if (client.channel === "browser") clearSession(jar);
  return new Response(null, { status: 204 });
});
