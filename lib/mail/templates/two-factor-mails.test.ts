// What the mails about second factors say: enough for the owner to judge it by.
import { describe, expect, it } from "vitest";
import {
  backupCodeUsed,
  secondFactorFailures,
  totpAdded,
  twoFactorOff,
  twoFactorOn,
} from "@/lib/mail/templates/two-factor";
import { event, mails, render } from "@/tests/mails";

function textOf(name: string): string {
  const mail = mails[name];
  if (!mail) throw new Error(`no mail ${name}`);
  return render(mail).text;
}

describe("a change of the second factors", () => {
  it.each(["twoFactorOn", "twoFactorOff", "totpAdded", "totpRemoved"])(
    "G07 %s says that the other devices are out, and no browser trusted",
    (name) => {
      expect(textOf(name)).toContain(
        "All other devices were signed out, and no browser is trusted any more.",
      );
    },
  );

  it("M07 tells on from off", () => {
    expect(render(twoFactorOn(event)).text).toContain("is not enough for your account");
    expect(render(twoFactorOff(event)).text).toContain("alone signs in to your account");
  });

  it.each([
    ["twoFactorOn", "removes what was set up"],
    ["totpAdded", "removes the authenticator app"],
    ["backupCodesMade", "removes the new codes"],
  ])("C14 %s can be undone: what a stranger has set up goes", (name, words) => {
    expect(textOf(name)).toContain(words);
  });

  it("D09 new codes and a new app end the former codes", () => {
    expect(textOf("backupCodesMade")).toContain("The former ones no longer work.");
    expect(render(totpAdded(event)).text).toContain("former backup codes no longer work");
  });
});

describe("a backup code that was used", () => {
  it.each([
    ["9", "9 are left."],
    ["1", "One is left."],
    ["0", "It was the last one."],
  ])("D09 names how many are left: %s", (about, words) => {
    const { text } = render(backupCodeUsed({ ...event, about }));
    expect(text).toContain(`It does not work again. ${words}`);
  });
});

describe("wrong second factors", () => {
  it("B11 says how many there were, and what whoever tries has already", () => {
    const { text } = render(secondFactorFailures({ ...event, about: "10" }));
    expect(text).toContain("entered 10 times in a row");
    expect(text).toContain("knows your password or has your mailbox");
    expect(text).toContain("If it was not you, choose a new password.");
  });

  it("B11 a right one after them is told as well", () => {
    expect(textOf("secondFactorAfterFailures")).toContain("after several wrong codes");
  });
});
