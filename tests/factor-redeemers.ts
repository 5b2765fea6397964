// Where second factors are redeemed: at the door, in a confirmation, at a set-up.
import { confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import { askForSecondPasskey, signInWithCode } from "@/lib/auth/second-factor/sign-in";
import { confirm } from "@/lib/auth/step-up/confirm";
import { Refusal } from "@/lib/errors";
import type { Kind, Minted } from "@/tests/minted";
import type { Redeemers } from "@/tests/redeemers";

type Method = "totp" | "backup_code";

const secretOf = ({ secrets }: Minted, kind: Kind) => secrets.get(kind) ?? "";

/** Only a refusal is a no: a fault of ours fails the test. */
export function isTaken(redeeming: Promise<unknown>): Promise<boolean> {
  return redeeming.then(
    () => true,
    (error) => {
      if (error instanceof Refusal) return false;
      throw error;
    },
  );
}

function enter(pending: string, method: Method, code: string, { client }: Minted) {
  const attempt = { pending, client, previousToken: null, trustsBrowser: false };
  return isTaken(signInWithCode({ ...attempt, method, code }));
}

const enterBy = (method: Method) => (code: string, minted: Minted) =>
  enter(secretOf(minted, "sign-in cookie"), method, code, minted);

const confirmBy =
  (method: Method) =>
  (code: string, { guarded: session, client }: Minted) =>
    isTaken(confirm({ session, client }, { method, code }));

export const doorRedeemers: Redeemers = {
  "the browser that gave the first factor": {
    takes: "sign-in cookie",
    redeem: (handle, minted) =>
      enter(handle, "totp", secretOf(minted, "code of an app"), minted),
  },
  "the question for a second passkey": {
    takes: "sign-in cookie",
    redeem: (handle, { client }) => isTaken(askForSecondPasskey(handle, client)),
  },
};

export const enrolmentRedeemers: Redeemers = {
  "setting up an app": {
    takes: "code of a new app",
    redeem: (code, { guarded: session, client }) =>
      isTaken(confirmEnrollment({ session, code, client })),
  },
};

export const codeRedeemers: Redeemers = {
  "a sign-in by app": { takes: "code of an app", redeem: enterBy("totp") },
  "a sign-in by paper": { takes: "code on paper", redeem: enterBy("backup_code") },
  "a confirmation by app": { takes: "code of an app", redeem: confirmBy("totp") },
  "a confirmation by paper": { takes: "code on paper", redeem: confirmBy("backup_code") },
};
