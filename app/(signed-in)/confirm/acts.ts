// Every form that a confirmation can interrupt, by the name it was kept under.
import { type Resumable, resumable } from "@/lib/http/confirmation";
import {
  deletionAct,
  emailAct,
  exportAct,
  passwordAct,
  removePasswordAct,
} from "../settings/acts";
import {
  addPasskeyAct,
  removePasskeyAct,
  renamePasskeyAct,
} from "../settings/passkeys/acts";
import { removeTotpAct, setUpTotpAct, turnOffAct } from "../settings/two-factor/acts";

const acts = [
  resumable(passwordAct),
  resumable(removePasswordAct),
  resumable(addPasskeyAct),
  resumable(renamePasskeyAct),
  resumable(removePasskeyAct),
  resumable(setUpTotpAct),
  resumable(removeTotpAct),
  resumable(turnOffAct),
  resumable(emailAct),
  resumable(exportAct),
  resumable(deletionAct),
];

export function findAct(name: string | undefined): Resumable | undefined {
  return acts.find((act) => act.name === name);
}
