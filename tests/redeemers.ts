// Every place that redeems a secret, and the one kind that it takes.
import { verifyAccessToken } from "@/lib/auth/access-token";
import { deviceHashOf } from "@/lib/auth/client";
import { cancelEmailChange, readCancelLink } from "@/lib/auth/email-cancel";
import { confirmEmailChange, readConfirmLink } from "@/lib/auth/email-change";
import { findHeldForm, resumeHeldForm } from "@/lib/auth/held-form";
import { readMagicLink, redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import { findMagicLink } from "@/lib/auth/magic-link/request";
import { readNotMeLink, secureAccount } from "@/lib/auth/not-me";
import { takeCeremony } from "@/lib/auth/passkey/ceremony";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findRegistration } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { readResetLink, resetPassword } from "@/lib/auth/reset";
import { confirm } from "@/lib/auth/step-up/confirm";
import type { ChallengePurpose, PasskeyCeremony } from "@/lib/crypto";
import { db } from "@/lib/db";
import {
  codeRedeemers,
  doorRedeemers,
  enrolmentRedeemers,
  isTaken,
} from "@/tests/factor-redeemers";
import type { Kind, Minted } from "@/tests/minted";

export type Redeemer = {
  takes: Kind;
  redeem: (secret: string, minted: Minted) => Promise<boolean>;
};
export type Redeemers = Record<string, Redeemer>;

const password = "correct horse battery";
export const secretOf = ({ secrets }: Minted, kind: Kind) => secrets.get(kind) ?? "";
const isOpen = async (reading: Promise<{ state: string }>) =>
  (await reading).state === "open";
const isDone = async (redeeming: Promise<{ status: string }>) =>
  (await redeeming).status !== "refused";

function verify(
  proof: { token: string } | { code: string },
  handle: string | null,
  { client }: Minted,
) {
  const rest = { password: null, client, previousToken: null };
  return isDone(verifyRegistration({ proof, handle, ...rest }));
}

const confirmAddress = (
  proof: { token: string } | { code: string },
  { session, client }: Minted,
) => isDone(confirmEmailChange({ proof, session, client }));

const enter = (
  proof: { token: string } | { code: string },
  own: Kind,
  minted: Minted,
) => {
  const handle = secretOf(minted, own);
  const rest = { client: minted.client, previousToken: null };
  return isDone(redeemMagicLink({ proof, handle, ...rest }));
};

async function take(
  purpose: PasskeyCeremony,
  handle: string,
  session?: { id: string; userId: string },
): Promise<boolean> {
  return (await takeCeremony(db(), purpose, handle, session)) !== null;
}

/** A purpose without a row is a fault of types; one of news alone has no redeemer. */
const ofChallenges: Record<ChallengePurpose, Redeemers> = {
  registration: {
    "the mailed link": {
      takes: "registration link",
      redeem: (token, minted) => verify({ token }, null, minted),
    },
    "the mailed code": {
      takes: "registration code",
      redeem: (code, minted) =>
        verify({ code }, secretOf(minted, "registration cookie"), minted),
    },
    "the browser that registered": {
      takes: "registration cookie",
      redeem: async (handle) => (await findRegistration(handle)) !== null,
    },
    "a code typed in the browser that registered": {
      takes: "registration cookie",
      redeem: (handle, minted) =>
        verify({ code: secretOf(minted, "registration code") }, handle, minted),
    },
  },
  "sign-in": doorRedeemers,
  reset: {
    "a reset by link": {
      takes: "reset link",
      redeem: (token, { client }) =>
        isDone(resetPassword({ proof: { token }, password, client })),
    },
    "a reset by code": {
      takes: "reset code",
      redeem: (code, { client, email }) =>
        isDone(resetPassword({ proof: { email, code }, password, client })),
    },
    "the page of a reset": {
      takes: "reset link",
      redeem: (token) => isOpen(readResetLink(token)),
    },
  },
  "email-change": {
    "a new address by link": {
      takes: "email-change link",
      redeem: (token, minted) => confirmAddress({ token }, minted),
    },
    "a new address by code": {
      takes: "email-change code",
      redeem: (code, minted) => confirmAddress({ code }, minted),
    },
    "the page of a new address": {
      takes: "email-change link",
      redeem: (token) => isOpen(readConfirmLink(token)),
    },
  },
  "email-cancel": {
    "taking an address back": {
      takes: "email-cancel link",
      redeem: (token, { client }) => isDone(cancelEmailChange(token, client)),
    },
    "the page of taking it back": {
      takes: "email-cancel link",
      redeem: (token) => isOpen(readCancelLink(token)),
    },
  },
  "not-me": {
    "“This wasn't me”": {
      takes: "not-me link",
      redeem: (token, { client }) => isDone(secureAccount(token, client)),
    },
    "the page of “This wasn't me”": {
      takes: "not-me link",
      redeem: (token) => isOpen(readNotMeLink(token)),
    },
  },
  "step-up": {
    "a form that waits": {
      takes: "step-up id",
      redeem: async (id, { session }) => (await findHeldForm(session, id)) !== null,
    },
    "a form that goes on": {
      takes: "step-up id",
      redeem: async (id, { session }) =>
        (await resumeHeldForm(session, id, async () => true)) !== null,
    },
  },
  "step-up-code": {
    "a confirmation": {
      takes: "step-up-code code",
      redeem: (code, { session, client }) =>
        isTaken(confirm({ session, client }, { method: "email_code", code })),
    },
  },
  "magic-link": {
    "a sign-in by link": {
      takes: "magic-link link",
      redeem: (token, minted) => enter({ token }, "magic-link cookie", minted),
    },
    "a sign-in by the code of a link": {
      takes: "magic-link code",
      redeem: (code, minted) => enter({ code }, "magic-link cookie", minted),
    },
    "the page of a sign-in link": {
      takes: "magic-link link",
      redeem: (token) => isOpen(readMagicLink(token, null)),
    },
    "the browser that asked for a link": {
      takes: "magic-link cookie",
      redeem: async (handle) => (await findMagicLink(handle)) !== null,
    },
  },
  "passkey-registration": {
    "a new passkey": {
      takes: "passkey-registration cookie",
      redeem: (handle, { session }) => take("passkey-registration", handle, session),
    },
  },
  "passkey-sign-in": {
    "a sign-in by passkey": {
      takes: "passkey-sign-in cookie",
      redeem: (handle) => take("passkey-sign-in", handle),
    },
  },
  "passkey-second-factor": {
    "a second factor by passkey": {
      takes: "passkey-second-factor cookie",
      redeem: (handle, { waiting }) => take("passkey-second-factor", handle, waiting),
    },
  },
  // The id of its row goes nowhere: what is redeemed is a code of the key in it.
  "totp-enrolment": enrolmentRedeemers,
  "passkey-step-up": {
    "a confirmation by passkey": {
      takes: "passkey-step-up cookie",
      redeem: (handle, { session }) => take("passkey-step-up", handle, session),
    },
  },
  notice: {},
};

export const redeemers: Redeemers = {
  ...Object.assign({}, ...Object.values(ofChallenges)),
  ...codeRedeemers,
  "the device": {
    takes: "device cookie",
    redeem: async (cookie) => deviceHashOf(cookie) !== null,
  },
  "the renewal": {
    takes: "refresh token",
    redeem: async (token, { client }) =>
      (await rotateRefreshToken({ token, client })).status === "renewed",
  },
  "the guard": {
    takes: "access token",
    redeem: async (token) => (await verifyAccessToken(token)) !== null,
  },
};
