// A passkey as the second factor of an account that has an app and codes besides.
import {
  askForSecondPasskey,
  signInWithSecondPasskey,
} from "@/lib/auth/second-factor/sign-in";
import type { AlteredAnswer, AlteredCreation } from "@/tests/authenticator";
import { type begin, liveLevelsOf, makeGuarded, signInFully } from "@/tests/guarded";
import { type Authenticator, addPasskey, newAuthenticator } from "@/tests/passkeys";

/** Somebody is signed in with both factors, and has added a passkey. */
export async function makeHolding(
  authenticator = newAuthenticator(),
  altered: AlteredCreation = {},
) {
  const account = await makeGuarded({ password: "what it is and stays" });
  const there = await signInFully(account.user.id);
  const passkey = await addPasskey(there, { authenticator, altered });
  return { ...account, ...there, authenticator, passkey };
}

type Holding = Awaited<ReturnType<typeof makeHolding>>;
type Waiting = Awaited<ReturnType<typeof begin>>;
type Response = ReturnType<Authenticator["get"]>;

export function send(waiting: Waiting, response: Response, handle: string | null) {
  const rest = { trustsBrowser: false, previousToken: null };
  return signInWithSecondPasskey({ ...waiting, response, handle, ...rest });
}

/** Asked for in the sign-in that waits, and not sent yet. */
export async function answerTo(
  { authenticator }: Pick<Holding, "authenticator">,
  { pending, client }: Waiting,
  altered?: AlteredAnswer,
) {
  const { options, handle } = await askForSecondPasskey(pending, client);
  // An authenticator of somebody else answers, too.
  const asked = { ...options, allowCredentials: [] };
  return { handle, response: authenticator.get(asked, altered) };
}

/** Everything as it should be, but for what is altered. */
export async function enterPasskey(...answering: Parameters<typeof answerTo>) {
  const { response, handle } = await answerTo(...answering);
  return send(answering[1], response, handle);
}

/** The sessions besides the one that has added the passkey. */
export async function sessionsBeside({ user, session }: Holding) {
  return (await liveLevelsOf(user.id)).filter(({ id }) => id !== session.id);
}
