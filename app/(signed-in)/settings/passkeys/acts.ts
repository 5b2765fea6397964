// The forms about passkeys that need a recent confirmation.
import { z } from "zod";
import { removePasskey, renamePasskey } from "@/lib/auth/passkey/credentials";
import { passkeyName } from "@/lib/auth/passkey/passkey-name";
import type { Act } from "@/lib/http/confirmation";
import { writeSession } from "@/lib/http/cookies";
import { opaqueId } from "@/lib/http/opaque-id";
import { nextPath } from "@/lib/http/safe-path";
import { done } from "../done";
import { addingPath, path } from "./address";

const addition = z.object({ next: nextPath });

/** Leads to the page that explains what comes; the browser makes the passkey there. */
export const addPasskeyAct: Act<typeof addition> = {
  name: "add_passkey",
  of: "passkey",
  path,
  schema: addition,
  async run({ input }) {
    return { landing: addingPath(input.next) };
  },
};

const renaming = z.object({ passkeyId: opaqueId, name: passkeyName });

export const renamePasskeyAct: Act<typeof renaming> = {
  name: "rename_passkey",
  of: "passkey",
  path,
  schema: renaming,
  keep: ["passkeyId", "name"],
  async run({ input, session, client }) {
    await renamePasskey({ ...input, session, client });
    return done(path, "renamed");
  },
};

const removal = z.object({ passkeyId: opaqueId });

export const removePasskeyAct: Act<typeof removal> = {
  name: "remove_passkey",
  of: "passkey",
  path,
  schema: removal,
  async run({ input, session, client, jar }) {
    const { tokens, ended } = await removePasskey({ ...input, session, client });
    writeSession(jar, tokens);
    return done(path, "removed", ended);
  },
};
