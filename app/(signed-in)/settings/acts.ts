// The forms that need a recent confirmation: what each does once it is there.
import { z } from "zod";
import { deleteAccount } from "@/lib/auth/account";
import { changePassword } from "@/lib/auth/change-password";
import { requestEmailChange } from "@/lib/auth/email-change";
import { typedPassword } from "@/lib/auth/password-policy";
import type { Act } from "@/lib/http/confirmation";
import { clearSession, writeSession } from "@/lib/http/cookies";
import { spend } from "@/lib/http/limit";
import { emailAddress } from "@/lib/mail/address";
import { done } from "./done";

const profile = "/settings/profile";
const security = "/settings/security";

const password = z.object({
  currentPassword: typedPassword.or(z.literal("")).optional(),
  newPassword: typedPassword,
});

export const passwordAct: Act<typeof password> = {
  name: "password",
  of: "password",
  path: security,
  schema: password,
  passwordField: "currentPassword",
  async run({ input, session, proof, client, jar }) {
    const { newPassword } = input;
    const change = { session, newPassword, proof, client };
    const { tokens, ended } = await changePassword(change);
    writeSession(jar, tokens);
    return done(security, "password", ended);
  },
};

const nothing = z.object({});

export const removePasswordAct: Act<typeof nothing> = {
  name: "remove_password",
  of: "password",
  path: security,
  schema: nothing,
  async run({ session, client, jar }) {
    const change = { session, newPassword: null, client };
    const { tokens, ended } = await changePassword(change);
    writeSession(jar, tokens);
    return done(security, "password_removed", ended);
  },
};

const email = z.object({ email: emailAddress });

export const emailAct: Act<typeof email> = {
  name: "email",
  path: profile,
  schema: email,
  keep: ["email"],
  async run({ input, session, client }) {
    await spend("mailPerAddress", client.ip);
    await requestEmailChange({ session, email: input.email, client });
    return done(profile, "email");
  },
};

export const exportAct: Act<typeof nothing> = {
  name: "export",
  path: profile,
  schema: nothing,
  async run() {
    return { landing: done(profile, "export").landing };
  },
};

const phrase = "delete my account";
const deletion = z.object({
  phrase: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.literal(phrase, `Type "${phrase}" to go on.`)),
});

export const deletionAct: Act<typeof deletion> = {
  name: "deletion",
  path: profile,
  schema: deletion,
  destructive: {
    act: "delete_account",
    warning:
      "You are about to delete your account and everything in it. This cannot be undone.",
    label: "Delete my account",
  },
  async run({ session, client, jar }) {
    const isDeleted = await deleteAccount(session, client);
    if (!isDeleted) return { landing: profile };
    clearSession(jar);
    return { landing: "/login?reason=deleted" };
  },
};
