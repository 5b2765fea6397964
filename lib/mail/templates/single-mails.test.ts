// What single mails say that others do not.
import { describe, expect, it } from "vitest";
import { hours, minutes } from "@/lib/config";
import { confirmationCode } from "@/lib/mail/templates/account";
import { confirmNewEmail, emailChangeAsked } from "@/lib/mail/templates/email-change";
import type { LinkOrCode } from "@/lib/mail/templates/link-or-code";
import { newAccountLink, signInLink } from "@/lib/mail/templates/magic-link";
import { passwordBlocked, resetPassword } from "@/lib/mail/templates/password";
import { verifyEmail } from "@/lib/mail/templates/registration";
import { sessionsLimit } from "@/lib/mail/templates/session";
import {
  asked,
  askedLink,
  event,
  limit,
  mails,
  origin,
  render,
  secret,
} from "@/tests/mails";

function linesOf(name: string): string[] {
  const mail = mails[name];
  if (!mail) throw new Error(`no mail ${name}`);
  return render(mail).text.split("\n");
}

const textOf = (name: string) => linesOf(name).join("\n");

describe("a secret by mail", () => {
  const writers = [
    ["verifyEmail", verifyEmail],
    ["resetPassword", resetPassword],
    ["confirmNewEmail", confirmNewEmail],
    ["confirmationCode", confirmationCode],
    ["signInLink", (of: LinkOrCode) => signInLink({ ...askedLink, ...of })],
    ["newAccountLink", (of: LinkOrCode) => newAccountLink({ ...askedLink, ...of })],
  ] as const;
  const cases = writers.flatMap(([name, write]) =>
    (
      [
        [minutes(1), "within 1 minute"],
        [minutes(10), "within 10 minutes"],
        [minutes(90), "within 90 minutes"],
        [hours(1), "within 1 hour"],
        [hours(24), "within 24 hours"],
        [hours(72), "within 72 hours"],
        [hours(24 * 7), "within 7 days"],
      ] as const
    ).map(([lifetime, words]) => ({ name, write, lifetime, words })),
  );

  it.each(cases)(
    "C03 $name works $words, and says so twice",
    ({ write, lifetime, words }) => {
      const mail = write(secret("/x", lifetime));
      expect(mail.preheader).toMatch(new RegExp(`${words}( where|\\.)`));
      expect(render(mail).text).toMatch(new RegExp(`works? once, ${words}\\.`));
    },
  );

  it.each([
    ["verifyEmail", "/verify-email", "in the browser where you signed up"],
    ["signInLink", "/magic-link", "in the browser where you asked"],
    ["newAccountLink", "/magic-link", "in the browser where you asked"],
    ["resetPassword", "/reset-password", "in the browser where you asked"],
    [
      "confirmNewEmail",
      "/email/confirm",
      "in the browser where you asked for the change",
    ],
  ])("C5 %s has a link, and a code for the browser that asked", (name, path, where) => {
    expect(linesOf(name)).toContain(`${origin}${path}#token=a.b`);
    expect(textOf(name)).toContain(`Or enter this code ${where}:\n\n042195\n`);
  });

  it("the code of a confirmation says what it is for, and not to hand it on", () => {
    expect(mails.confirmationCode?.subject).toBe("Confirm that it is you");
    expect(textOf("confirmationCode")).toContain("Never give it to anybody");
  });

  it.each([
    ["verifyEmail", "Without it there is no account."],
    ["signInLink", "Nobody is signed in without it."],
    ["newAccountLink", "There is no account without it."],
    ["resetPassword", "Nothing changes without it."],
    ["confirmNewEmail", "Without it nothing changes."],
  ])("%s may be ignored by whoever did not ask", (name, words) => {
    expect(textOf(name)).toContain(`If it was not you, ignore this mail. ${words}`);
  });
});

describe("an answer that the screen must not give", () => {
  it("C4 the owner reads that there is an account already, and where to sign in", () => {
    expect(mails.accountExists?.subject).toBe("You already have an account");
    expect(textOf("accountExists")).toContain("nothing was changed");
    expect(textOf("accountExists")).toContain("you can choose a new one there");
    expect(linesOf("accountExists")).toContain(`${origin}/login`);
  });

  it("B09 an address without an account reads so, and where to get one", () => {
    expect(mails.noAccount?.subject).toBe("There is no account with this address");
    expect(linesOf("noAccount")).toContain(`${origin}/signup`);
  });

  it("B09 the owner of a wanted address reads that nothing was changed", () => {
    expect(textOf("newEmailTaken")).toContain("nothing was changed");
    expect(linesOf("newEmailTaken")).toContain(`${origin}/login`);
  });
});

describe("a change of address", () => {
  it("C12 the old address can keep itself, for 72 hours", () => {
    expect(textOf("emailChangeAsked")).toContain(
      `Keep this address:\n${origin}/email/cancel#token=a.b\n`,
    );
    expect(textOf("emailChangeAsked")).toContain("open the link within 72 hours");
    expect(textOf("emailChangeAsked")).toContain("before the change and after it");
  });

  it.each([
    ["new@example.org", "n…@example.org"],
    ["n@example.org", "n…@example.org"],
    [
      `n@example.com.${"a.".repeat(60)}evil.example`,
      `n…@…${"a.".repeat(24)}evil.example`,
    ],
  ])("names %s as %s: its whole end, and little of whose it is", (newEmail, shown) => {
    const { text } = render(emailChangeAsked({ ...asked, newEmail }));
    expect(text).toContain(`New address: ${shown}\n`);
    expect(text).not.toContain(newEmail);
  });

  it("C12 the old address can undo it, and the new one cannot", () => {
    expect(textOf("emailChanged")).toContain("puts this address back");
    expect(textOf("emailConfirmed")).toContain("your account has it now");
    for (const name of ["emailChanged", "emailConfirmed"]) {
      expect(textOf(name).replace("support@example.com", "")).not.toContain("@");
    }
    expect(textOf("emailConfirmed")).not.toMatch(/https?:/);
  });

  it.each(["emailRestored", "accountSecured", "passwordBlocked"])(
    "%s leads to a new password",
    (name) => {
      expect(textOf(name)).toContain(
        `Choose a new password:\n${origin}/forgot-password\n`,
      );
    },
  );
});

describe("what was done", () => {
  it("a reset by mail says that it was one, and that all devices are out", () => {
    expect(textOf("passwordReset")).toContain("of a mail to this address");
    expect(textOf("passwordReset")).toContain("all devices were signed out");
    expect(textOf("passwordChanged")).not.toContain("of a mail");
    expect(textOf("passwordChanged")).toContain("all other devices were signed out");
  });

  it("B01 the refused password is said to work where its owner has signed in", () => {
    const { text } = render(passwordBlocked({ ...event, device: null, failures: 7 }));
    expect(text).toContain("7 times in a row");
    expect(text).toContain(
      "In browsers that you have signed in with before it still works",
    );
  });

  it("what 'This wasn't me' did is told in full", () => {
    expect(textOf("accountSecured")).toContain("every one that began after it");
    expect(textOf("accountSecured")).toContain("accepted until you choose a new one");
    expect(textOf("accountSecured")).toContain(
      "Signed-out device: Chrome 140 on Windows",
    );
  });

  it("a deleted account says what is kept, and whom to ask", () => {
    expect(textOf("accountDeleted")).toContain("without your name and email address");
    expect(textOf("accountDeleted")).toContain("write to the address below");
    expect(textOf("accountDeleted")).toContain("support@example.com");
  });

  it("G10 a full list of sessions names its limit, the device and its last use", () => {
    expect(textOf("sessionsLimit")).toContain("signed in on 10 at a time");
    expect(textOf("sessionsLimit")).toContain("Signed-out device: Safari 18 on macOS\n");
    expect(textOf("sessionsLimit")).toContain("Last used: 2026-03-04 05:06 UTC\n");
    expect(linesOf("sessionsLimit")).toContain(limit.devicesLink);
    const mail = sessionsLimit({ ...limit, max: 3 });
    expect(mail.preheader).toBe("You can be signed in on 3 devices at a time.");
  });
});
