import { exportAccount } from "@/lib/auth/export";
import { appName } from "@/lib/brand";
import { Refusal } from "@/lib/errors";
import { apiRoute, requireSession } from "@/lib/http/api-route";
import { requireConfirmation } from "@/lib/http/confirmation";

export const GET = apiRoute({ limit: "account" }, async ({ client }) => {
  const session = await requireSession();
  await requireConfirmation(session);
  const held = await exportAccount(session.userId, client);
  if (!held) throw new Refusal("unauthenticated");
  return new Response(JSON.stringify(held, null, 2), {
    headers: {
      "Content-Type": "application/json",
      "Content-Disposition": `attachment; filename="${nameFile(held.exportedAt)}"`,
    },
  });
});

/** Plain ASCII, whatever the product is called. */
function nameFile(at: Date): string {
  const words =
    appName()
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return `${[...words, "account", at.toISOString().slice(0, 10)].join("-")}.json`;
}
