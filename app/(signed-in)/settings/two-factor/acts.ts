// The forms about second factors that need a recent confirmation.
import { z } from "zod";
import { beginEnrollment } from "@/lib/auth/second-factor/enrollment";
import { removeTotp, turnOffTwoFactor } from "@/lib/auth/second-factor/settings";
import { appName } from "@/lib/brand";
import type { Act } from "@/lib/http/confirmation";
import { writeSession } from "@/lib/http/cookies";
import { done } from "../done";
import { path } from "./address";

const nothing = z.object({});

/** The page shows the key, for as long as this session waits for its first code. */
export const setUpTotpAct: Act<typeof nothing> = {
  name: "set_up_totp",
  path,
  schema: nothing,
  async run({ session }) {
    await beginEnrollment(session, appName());
    return { landing: path };
  },
};

export const removeTotpAct: Act<typeof nothing> = {
  name: "remove_totp",
  path,
  schema: nothing,
  destructive: {
    act: "disable_two_factor",
    warning: "You are about to remove your authenticator app.",
    label: "Remove the app",
  },
  async run({ session, client, jar }) {
    const { tokens, ended } = await removeTotp({ session, client });
    writeSession(jar, tokens);
    return done(path, "totp_removed", ended);
  },
};

export const turnOffAct: Act<typeof nothing> = {
  name: "turn_off_two_factor",
  path,
  schema: nothing,
  destructive: {
    act: "disable_two_factor",
    warning:
      "You are about to turn off two-factor authentication: a password or a mailed link alone will sign in to your account.",
    label: "Turn it off",
  },
  async run({ session, client, jar }) {
    const { tokens, ended } = await turnOffTwoFactor({ session, client });
    writeSession(jar, tokens);
    return done(path, "two_factor_off", ended);
  },
};
