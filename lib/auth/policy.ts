// Who has to prove how much, and what proves it: data, which the door, the
// confirmation and the settings all read here.
import { days, hours, minutes } from "@/lib/config";
import { env } from "@/lib/env";

/** Where a proof comes from. Two of one channel are never two factors. */
type Channel = "memory" | "mailbox" | "authenticator" | "app" | "paper";

type Policy = {
  firstFactors: Record<string, { channel: Channel }>;
  secondFactors: Record<
    string,
    {
      channel: Channel;
      /** RFC 8176; a passkey's say what it proved. */
      amr: string[];
      /** Whoever has no other cannot turn second factors on with it. */
      isEnough: boolean;
      /** So short that the number of tries has to end. */
      isGuessable: boolean;
    }
  >;
  roles: Record<string, { demandsSecondFactor: boolean; mayTrustBrowsers: boolean }>;
  aal2: { idle: number; lifetime: number };
  stepUp: { lifetime: number; withoutSecondFactor: string[][] };
  trustedBrowser: { lifetime: number };
};

export const policy = {
  /** `email` is the address that is verified at a registration. */
  firstFactors: {
    password: { channel: "memory" },
    magic_link: { channel: "mailbox" },
    email: { channel: "mailbox" },
    /** Where it verified its user it is two factors, and nothing more is asked. */
    passkey: { channel: "authenticator" },
  },

  /** The strongest first. */
  secondFactors: {
    passkey: { channel: "authenticator", amr: [], isEnough: true, isGuessable: false },
    totp: { channel: "app", amr: ["otp"], isEnough: true, isGuessable: true },
    backup_code: { channel: "paper", amr: ["otp"], isEnough: false, isGuessable: false },
  },

  /** Others are asked for a second factor from when on they have turned it on. */
  roles: {
    user: { demandsSecondFactor: false, mayTrustBrowsers: true },
    admin: { demandsSecondFactor: true, mayTrustBrowsers: false },
  },

  /** NIST SP 800-63B-4 §2.2.3; afterwards a session is at `aal1`. */
  aal2: { idle: hours(1), lifetime: hours(24) },

  stepUp: {
    /** A proof this recent counts as confirmation. */
    lifetime: minutes(10),
    /**
     * Where a second factor is demanded nothing else confirms. Elsewhere whatever the
     * account has of the first row that it has anything of.
     */
    withoutSecondFactor: [["passkey", "password"], ["email_code"]],
  },

  trustedBrowser: { lifetime: days(30) },
} as const satisfies Policy;

export type FirstFactor = keyof typeof policy.firstFactors;
export type SecondFactor = keyof typeof policy.secondFactors;
type Role = keyof typeof policy.roles;

export const secondFactors = Object.keys(policy.secondFactors) as SecondFactor[];

/** What no setting switches off. */
const always: (FirstFactor | SecondFactor)[] = ["email", "totp", "backup_code"];

/** Switched off by a setting, it opens nothing, whatever screens still offer it. */
export function isEnabled(method: FirstFactor | SecondFactor): boolean {
  return always.includes(method) || env().signInMethods.includes(method);
}

/**
 * Whether a first factor alone is too little for whoever has these. Once it is on,
 * paper alone goes on guarding the account: who lost the rest gets in with it, and a
 * mailbox alone does not.
 */
export function demandsSecond(
  { role, isOn }: { role: Role; isOn: boolean },
  has: SecondFactor[],
): boolean {
  const isEnough = has.some((method) => policy.secondFactors[method].isEnough);
  const isDemanded = isEnough && policy.roles[role].demandsSecondFactor;
  return isDemanded || (isOn && has.length > 0);
}

/** Of those, what is another factor than the first was. */
export function offeredAfter(first: FirstFactor, demanded: SecondFactor[]) {
  // A passkey verifies its user here, and is two factors whatever came before it.
  return demanded.filter(
    (method) =>
      method === "passkey" || isOtherChannel(policy.firstFactors[first], method),
  );
}

function isOtherChannel({ channel }: { channel: Channel }, second: SecondFactor) {
  return policy.secondFactors[second].channel !== channel;
}

/** Of the account without a second factor: what confirms that it is its owner. */
export function proofsOf(has: string[]): string[] {
  const rows = policy.stepUp.withoutSecondFactor.map((row) =>
    row.filter((method) => has.includes(method)),
  );
  return rows.find((row) => row.length > 0) ?? [];
}
