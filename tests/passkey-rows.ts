// A passkey as a row alone: for what depends on there being one, not on its use.
import { newId, randomSecret } from "@/lib/crypto";
import { db } from "@/lib/db";

type Owned = { id: string; userId: string };

/** As if this session had added it. */
export function makePasskeyRow(session: Owned, name = "Passkey") {
  return db().passkey.create({
    data: {
      id: newId(),
      userId: session.userId,
      credentialId: Uint8Array.from(randomSecret()),
      publicKey: Uint8Array.from(randomSecret()),
      counter: 0n,
      transports: ["internal"],
      aaguid: "00000000-0000-0000-0000-000000000000",
      name,
      isBackupEligible: true,
      isBackedUp: true,
      isVerifiable: true,
      sessionId: session.id,
    },
  });
}
