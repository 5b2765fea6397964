import { PageHeading } from "@/components/page-heading";
import { PasskeySignals } from "@/components/passkey-signals";
import { describeBackup, describeKind } from "@/components/passkey-words";
import {
  findSignal,
  type ListedPasskey,
  listPasskeys,
} from "@/lib/auth/passkey/credentials";
import { providerOf } from "@/lib/auth/passkey/providers";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { requireUser } from "@/lib/http/current-session";
import { requireMethod } from "@/lib/http/method";
import { doneText } from "../done";
import {
  addPasskeyAction,
  finishPasskeyAction,
  removePasskeyAction,
  renamePasskeyAction,
} from "./actions";
import { addingPath, path, readQuery } from "./address";
import type { Passkey } from "./passkey-card";
import { PasskeyForms } from "./passkey-forms";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function PasskeysPage({ searchParams }: Props) {
  requireMethod("passkey");
  const query = await searchParams;
  const { isAdding, addedId, next } = readQuery(query);
  const session = await requireUser(isAdding ? addingPath(next) : path);
  const passkeys = await listPasskeys(session.userId);
  const signal = await findSignal(session.userId);
  const { isConfirmed } = await findConfirmation(session);
  const added = passkeys.find(({ id }) => id === addedId);
  return (
    <>
      <PageHeading lead="Sign in with your fingerprint, face or screen lock instead of a password.">
        Passkeys
      </PageHeading>
      {signal && <PasskeySignals signal={signal} />}
      <PasskeyForms
        appName={appName()}
        passkeys={passkeys.map(shown)}
        maxPasskeys={config.passkey.maxPerUser}
        isAdding={isAdding}
        isConfirmed={isConfirmed}
        added={added?.name ?? null}
        next={next}
        notice={doneText(query)}
        addAction={addPasskeyAction}
        finishAction={finishPasskeyAction}
        renameAction={renamePasskeyAction}
        removeAction={removePasskeyAction}
      />
    </>
  );
}

function shown(listed: ListedPasskey): Passkey {
  const { id, name, aaguid, createdAt, lastUsedAt } = listed;
  return {
    id,
    name,
    provider: providerOf(aaguid)?.name ?? null,
    kind: describeKind(listed),
    backup: describeBackup(listed),
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
