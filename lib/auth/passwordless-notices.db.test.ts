// The mails of sign-in links and passkeys, from what was done to what is sent: decided
// when it leaves. Without SMTP_URL mail lands in a table.
import { describe, expect, it } from "vitest";
import { secureAccount } from "@/lib/auth/not-me";
import { sendNotice } from "@/lib/auth/notices";
import { mailOwner } from "@/lib/auth/owner-mail";
import { removePasskey, renamePasskey } from "@/lib/auth/passkey/credentials";
import { minutes } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { askForLink } from "@/tests/magic-links";
import { mailTo, rowsOf, sendQueued } from "@/tests/notices";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { makeClient, makeSignedIn, makeUser } from "@/tests/people";
import { ageChallenge, linkOf, newAddress } from "@/tests/secrets";

const app = "http://localhost:3000";
const send = (challengeId: string) => sendNotice({ template: "magic_link", challengeId });

/** The one mail that came, or null where none did. */
async function onlyMailTo(email: string) {
  const [mail, ...more] = await mailTo(email);
  expect(more).toEqual([]);
  return mail ?? null;
}

const subjectTo = async (email: string) => (await onlyMailTo(email))?.subject ?? null;

describe("a sign-in link", () => {
  const people: Record<string, () => Promise<[string, string | null]>> = {
    "an account": async () => [(await makeUser()).email, "Your sign-in link"],
    "an account with a password": async () => {
      const { email } = await makeUser({ password: "what it was before" });
      return [email, "Your sign-in link"];
    },
    "nobody's address": async () => [newAddress(), "Create your account"],
    "a banned account": async () => {
      const { id, email } = await makeUser();
      await db().user.update({ where: { id }, data: { bannedAt: new Date() } });
      return [email, null];
    },
  };

  it.each(Object.keys(people))(
    "B09 what %s is mailed, the page does not say",
    async (kind) => {
      const [email, subject] = (await people[kind]?.()) ?? ["", ""];
      await sendQueued((await askForLink(email)).id);
      expect(await subjectTo(email)).toBe(subject);
    },
  );

  it.each(["an account", "nobody's address"])(
    "C08 to %s has its secret in the fragment, and a code, each alone on a line",
    async (kind) => {
      const [email] = (await people[kind]?.()) ?? [""];
      const { id, token, code } = await askForLink(email, { next: "/settings/devices" });
      await send(id);
      const mail = await onlyMailTo(email);
      const lines = mail?.text.split("\n") ?? [];
      expect(lines).toContain(`${app}/magic-link#token=${token}`);
      expect(lines).toContain(code);
      expect(mail?.html).toContain(`href="${app}/magic-link#token=${token}"`);
      expect(lines.filter((line) => /https?:/.test(line))).toHaveLength(1);
      expect(mail?.text).toContain("within 10 minutes");
      // Where it leads is between us and the browser that asked.
      expect(JSON.stringify(mail)).not.toContain("/settings/devices");
    },
  );

  it("C05 names the browser that asked, and neither name nor handle of anybody", async () => {
    const { email } = await makeUser();
    const client = makeClient({ ip: "203.0.113.5" });
    const { id, handle } = await askForLink(email, { client });
    await send(id);
    const mail = await onlyMailTo(email);
    const { createdAt } = await db().challenge.findUniqueOrThrow({ where: { id } });
    const time = `${createdAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    expect(mail?.text).toContain(
      "\nAsked from: Chrome 140 on Linux\nIP address: 203.0.113.5\n",
    );
    expect(mail?.text).toContain(`\nTime: ${time}\n`);
    expect(JSON.stringify(mail)).not.toMatch(/Test Person/);
    expect(JSON.stringify(mail)).not.toContain(handle.slice(23));
  });

  it("B09 is decided when it leaves: who got an account meanwhile makes no second one", async () => {
    const email = newAddress();
    const { id } = await askForLink(email);
    await makeUser({ email });
    await send(id);
    expect(await subjectTo(email)).toBe("Your sign-in link");
  });

  it("G03 is decided when it leaves: who was banned meanwhile gets none", async () => {
    const user = await makeUser();
    const { id } = await askForLink(user.email);
    await db().user.update({ where: { id: user.id }, data: { bannedAt: new Date() } });
    await send(id);
    expect(await subjectTo(user.email)).toBeNull();
  });

  it("C05 that a newer one replaced before it left is not mailed", async () => {
    const { email } = await makeUser();
    const first = await askForLink(email);
    const second = await askForLink(email);
    await send(first.id);
    expect(await subjectTo(email)).toBeNull();
    await send(second.id);
    expect((await onlyMailTo(email))?.text.split("\n")).toContain(second.code);
  });

  it("C03 that ran out before it left is not mailed", async () => {
    const { id, email } = await askForLink(newAddress());
    await ageChallenge(id, minutes(10));
    await send(id);
    expect(await subjectTo(email)).toBeNull();
  });
});

describe("a passkey", () => {
  it.each(["passkey_added", "passkey_removed"] as const)(
    "M07 %s names it, as it was called at that moment",
    async (template) => {
      const { user, sessionId } = await makeSignedIn();
      const of = { template, userId: user.id, sessionId, about: "iCloud Keychain 2" };
      const [row] = await rowsOf(user.id, () => transaction((tx) => mailOwner(tx, of)));
      await sendQueued(row?.id ?? "");
      const mail = await onlyMailTo(user.email);
      expect(mail?.text).toContain("\nPasskey: iCloud Keychain 2\nDevice: Chrome 140");
      // It stays in the sealed part of the row: names are the person's own words.
      expect(JSON.stringify(row)).not.toContain("iCloud");
    },
  );
});

describe("a passkey that is removed", () => {
  async function makeOwner(name: string) {
    const { user, sessionId } = await makeSignedIn({ ip: "203.0.113.5" });
    const session = { id: sessionId, userId: user.id };
    await makePasskeyRow(session);
    return { user, session, passkey: await makePasskeyRow(session, name) };
  }

  type Owner = Awaited<ReturnType<typeof makeOwner>>;

  async function remove({ user, session, passkey }: Owner) {
    const removal = { session, passkeyId: passkey.id, client: makeClient() };
    const [row] = await rowsOf(user.id, () => removePasskey(removal));
    await sendQueued(row?.id ?? "");
    return onlyMailTo(user.email);
  }

  it("M07 E13 is named to its owner, who can say that it was somebody else", async () => {
    const owner = await makeOwner("Work laptop");
    const mail = await remove(owner);
    expect(mail?.subject).toBe("A passkey was removed from your account");
    expect(mail?.text).toContain("\nPasskey: Work laptop\nDevice: Chrome 140 on Linux\n");
    const { user, session } = owner;
    const token = await linkOf("not-me", { userId: user.id });
    expect(mail?.text.split("\n")).toContain(`${app}/not-me#token=${token}`);
    expect(await secureAccount(token, makeClient())).toMatchObject({ status: "secured" });
    const { endedAt } = await db().session.findUniqueOrThrow({
      where: { id: session.id },
    });
    expect(endedAt).not.toBeNull();
  });

  it("M07 is named as it was called last", async () => {
    const owner = await makeOwner("Work laptop");
    const { session, passkey } = owner;
    const change = { session, passkeyId: passkey.id, client: makeClient() };
    await renamePasskey({ ...change, name: "Old laptop" });
    expect((await remove(owner))?.text).toContain("\nPasskey: Old laptop\n");
  });

  it("K08 cannot speak to its owner by its name", async () => {
    const owner = await makeOwner(
      `<b>x</b>\r\nhttps://evil.example\n<a href="https://evil">`,
    );
    const mail = await remove(owner);
    expect(mail?.text).toContain("\nPasskey: <b>x</b> https://evil.example <a href=");
    expect(mail?.html).not.toMatch(/<b>|href="https:\/\/evil/);
    expect(mail?.text).not.toMatch(/^https:\/\/evil/m);
  });
});
