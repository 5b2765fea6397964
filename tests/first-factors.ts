// Every way in, driven as its owner drives it: from what is asked for to the answer of
// the door. What each meets at each guard is data, and closed on both sides: a first
// factor or a guard that nobody has thought of here is a fault of types.

import { linkToken } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import type { MagicLinkResult } from "@/lib/auth/magic-link/redeem";
import { mailedCode } from "@/lib/auth/mailed-code";
import type { FirstFactor } from "@/lib/auth/policy";
import { register } from "@/lib/auth/registration/begin";
import {
  type VerificationResult,
  verifyRegistration,
} from "@/lib/auth/registration/verify";
import type { SignInResult } from "@/lib/auth/sign-in";
import { config } from "@/lib/config";
import { Refusal } from "@/lib/errors";
import type { AlteredAnswer, AlteredCreation } from "@/tests/authenticator";
import { goodPassword, tryPassword, wrongPassword } from "@/tests/guesses";
import { askForLink, redeem } from "@/tests/magic-links";
import { addPasskey, answerToEnter, enter, newAuthenticator } from "@/tests/passkeys";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { newAddress, wrongCode } from "@/tests/secrets";

export type Guard =
  | "nothing"
  | "a second factor"
  | "paper alone"
  | "a role that demands one"
  | "a trusted browser"
  | "a browser that an admin trusts"
  | "trust in another browser"
  | "trust that is over"
  | "a ban"
  | "its limits"
  | "being switched off"
  | "what a stranger prepared";

/**
 * Let in at that level, asked for the second factor, refused; or that there is no
 * account yet that the guard could be about: it begins with this very sign-in.
 */
export type Cell = "aal 1" | "aal 2" | "asked" | "refused" | "no account yet";

export type Answer = SignInResult | { status: "refused"; reason: string };

/** Made, and not used yet: what a guard does comes in between. */
export type Key = {
  email: string;
  /** Empty where there is no account yet. */
  userId: string;
  client: Client;
  enter: () => Promise<Answer>;
  /** As many wrong tries as it stands. */
  exhaust: () => Promise<unknown>;
};

export type Way = { make: () => Promise<Key>; cells: Record<Guard, Cell> };

const oneFactor: Record<Guard, Cell> = {
  nothing: "aal 1",
  "a second factor": "asked",
  "paper alone": "asked",
  "a role that demands one": "asked",
  "a trusted browser": "aal 1",
  "a browser that an admin trusts": "asked",
  "trust in another browser": "asked",
  "trust that is over": "asked",
  "a ban": "refused",
  "its limits": "refused",
  "being switched off": "refused",
  "what a stranger prepared": "aal 1",
};

const twoFactors: Record<Guard, Cell> = {
  ...oneFactor,
  nothing: "aal 2",
  "a second factor": "aal 2",
  "paper alone": "aal 2",
  "a role that demands one": "aal 2",
  "a trusted browser": "aal 2",
  "a browser that an admin trusts": "aal 2",
  "trust in another browser": "aal 2",
  "trust that is over": "aal 2",
  "what a stranger prepared": "aal 2",
};

const firstSignIn: Record<Guard, Cell> = {
  ...oneFactor,
  "a second factor": "no account yet",
  "paper alone": "no account yet",
  "a role that demands one": "no account yet",
  "a trusted browser": "no account yet",
  "a browser that an admin trusts": "no account yet",
  "trust in another browser": "no account yet",
  "trust that is over": "no account yet",
  "a ban": "no account yet",
};

/** Wrong codes end the code of a mail; its link cannot be guessed, and lives on. */
const byLink = { "its limits": "aal 1" } as const;
/** No address could be confirmed any more, and nobody move to another one. */
const alwaysOn = { "being switched off": "aal 1" } as const;

/** An address that has an account is no way into it, whoever has the mailbox. */
const noWay = Object.fromEntries(
  Object.keys(oneFactor).map((guard) => [guard, "refused"]),
) as Record<Guard, Cell>;

const unverified = { isUserVerified: false };

export const firstFactors: Record<FirstFactor, Record<string, Way>> = {
  password: {
    "the password": { make: makePassword, cells: oneFactor },
  },
  magic_link: {
    "a sign-in link": {
      make: () => makeLink("link"),
      cells: { ...oneFactor, ...byLink },
    },
    "the code of a sign-in link": { make: () => makeLink("code"), cells: oneFactor },
    "a sign-in link that makes the account": {
      make: () => makeLink("link", newAddress()),
      cells: { ...firstSignIn, ...byLink },
    },
    "the code of a link that makes the account": {
      make: () => makeLink("code", newAddress()),
      cells: firstSignIn,
    },
  },
  email: {
    "the link of a sign-up": {
      make: () => makeSignUp("link"),
      cells: { ...firstSignIn, ...byLink, ...alwaysOn },
    },
    "the code of a sign-up": {
      make: () => makeSignUp("code"),
      cells: { ...firstSignIn, ...alwaysOn },
    },
    "a sign-up with the address of an account": {
      make: async () => makeSignUp("link", await makeUser()),
      cells: noWay,
    },
  },
  passkey: {
    "a passkey that verified its user": { make: () => makeKey(), cells: twoFactors },
    "a passkey that did not": {
      make: () => makeKey({ used: unverified }),
      cells: oneFactor,
    },
    "a passkey whose verification came later": {
      make: () => makeKey({ made: unverified }),
      cells: oneFactor,
    },
  },
};

type Entering = Promise<SignInResult | MagicLinkResult | VerificationResult>;

async function answerOf(entering: Entering): Promise<Answer> {
  try {
    const answer = await entering;
    if (answer.status === "finished") return answer.result;
    if (answer.status !== "password_needed") return answer;
    return { status: "refused", reason: answer.status };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: "refused", reason: error.code };
  }
}

async function makePassword(): Promise<Key> {
  const { id: userId, email } = await makeUser({ password: goodPassword });
  const client = makeClient();
  const type = (password: string) => answerOf(tryPassword({ email, password, client }));
  const exhaust = async () => {
    for (let n = 0; n < config.password.throttle.freeFailures; n++) {
      await type(wrongPassword);
    }
  };
  return { email, userId, client, enter: () => type(goodPassword), exhaust };
}

type Form = "link" | "code";

async function makeLink(form: Form, address?: string): Promise<Key> {
  const { id: userId, email } = address ? { id: "", email: address } : await makeUser();
  const asked = await askForLink(email);
  const { client, token, code } = asked;
  const type = (typed: string) => answerOf(redeem(asked, { proof: { code: typed } }));
  return {
    ...{ email, userId, client },
    enter: () =>
      form === "link" ? answerOf(redeem(asked, { proof: { token } })) : type(code),
    exhaust: () => guess(code, type),
  };
}

type Account = { id: string; email: string };

async function makeSignUp(form: Form, account?: Account): Promise<Key> {
  const { id: userId, email } = account ?? { id: "", email: newAddress() };
  const client = makeClient();
  const fresh = { email, name: null, password: null, next: null };
  const handle = await register({ ...fresh, client });
  const id = handle.slice(0, 22);
  const code = mailedCode("registration", id);
  const prove = (proof: { token: string } | { code: string }) => {
    const rest = { handle, password: null, client, previousToken: null };
    return answerOf(verifyRegistration({ proof, ...rest }));
  };
  const token = linkToken("registration", id);
  return {
    ...{ email, userId, client },
    enter: () => prove(form === "link" ? { token } : { code }),
    exhaust: () => guess(code, (typed) => prove({ code: typed })),
  };
}

async function guess(right: string, type: (code: string) => Promise<unknown>) {
  for (let n = 1; n <= config.challenge.maxAttempts; n++) await type(wrongCode(right, n));
}

/** How it was made, and how it is used. */
type Altered = { made?: AlteredCreation; used?: AlteredAnswer };

async function makeKey({ made, used }: Altered = {}): Promise<Key> {
  const { id: userId, email, ...user } = await makeUser();
  const { session } = await signIn({ ...user, id: userId });
  const authenticator = newAuthenticator();
  const account = { session: { id: session.id, userId } };
  await addPasskey(account, { authenticator, altered: made });
  const { response, handle, options } = await answerToEnter(authenticator, used);
  const client = makeClient();
  const send = (answer: typeof response) => answerOf(enter(answer, handle, { client }));
  // A challenge takes one answer, and this one is to somebody else.
  const wrong = () => authenticator.get(options, { origin: "https://evil.example" });
  const exhaust = () => send(wrong());
  return { email, userId, client, enter: () => send(response), exhaust };
}
