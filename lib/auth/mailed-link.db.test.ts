import { describe, expect, it } from "vitest";
import { cancelEmailChange, readCancelLink } from "@/lib/auth/email-cancel";
import {
  confirmEmailChange,
  readConfirmLink,
  requestEmailChange,
} from "@/lib/auth/email-change";
import { readNotMeLink } from "@/lib/auth/not-me";
import { mailOwner } from "@/lib/auth/owner-mail";
import { readResetLink, requestReset } from "@/lib/auth/reset";
import { days } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { makeClient, makeSignedIn, signIn } from "@/tests/people";
import { ageChallenge, linkOf, newAddress } from "@/tests/secrets";

const readers = {
  reset: readResetLink,
  "email-change": readConfirmLink,
  "email-cancel": readCancelLink,
  "not-me": readNotMeLink,
};
type Purpose = keyof typeof readers;
const purposes = Object.keys(readers) as Purpose[];

/** Somebody with one open link of every purpose. */
async function makeMailed() {
  const { user, sessionId, client } = await makeSignedIn();
  const session = { id: sessionId, userId: user.id };
  const email = newAddress();
  await requestReset(user.email, client);
  await requestEmailChange({ session, email, client });
  const news = { template: "new_device", userId: user.id, sessionId } as const;
  await transaction((tx) => mailOwner(tx, news));
  const whose = { userId: user.id };
  const links: Record<Purpose, string> = {
    reset: await linkOf("reset", { email: user.email }),
    "email-change": await linkOf("email-change", whose),
    "email-cancel": await linkOf("email-cancel", whose),
    "not-me": await linkOf("not-me", whose),
  };
  return { user, session, email, links };
}

const countSpent = () => db().challenge.count({ where: { consumedAt: { not: null } } });

describe("what a mailed link is for", () => {
  it("C07 is told as often as asked, and using it still works", async () => {
    const { user, session, email, links } = await makeMailed();
    const spent = await countSpent();
    for (const _ of [1, 2]) {
      expect(await readResetLink(links.reset)).toEqual({
        state: "open",
        about: { email: user.email },
      });
      expect(await readConfirmLink(links["email-change"])).toEqual({
        state: "open",
        about: { email },
      });
      expect(await readCancelLink(links["email-cancel"])).toEqual({
        state: "open",
        about: { oldEmail: user.email, newEmail: email, change: "waiting" },
      });
      const { browser, os, ip, location, createdAt } =
        await db().session.findUniqueOrThrow({ where: { id: session.id } });
      expect(await readNotMeLink(links["not-me"])).toEqual({
        state: "open",
        about: {
          session: { browser, os, ip, location, createdAt },
          at: expect.any(Date),
        },
      });
    }
    expect(await countSpent()).toBe(spent);
  });

  it("C04 is told by the reader of its own purpose alone", async () => {
    const { links } = await makeMailed();
    for (const reader of purposes) {
      for (const purpose of purposes.filter((other) => other !== reader)) {
        expect(await readers[reader](links[purpose]), `${purpose} at ${reader}`).toEqual({
          state: "unknown",
        });
      }
    }
  });

  it.each(purposes)("C01 is told to no forged secret of %s", async (purpose) => {
    const { links } = await makeMailed();
    const [id, mac = ""] = links[purpose].split(".");
    const other = mac.startsWith("A") ? "B" : "A";
    for (const forged of [`${id}.${other}${mac.slice(1)}`, `${id}.`, id ?? "", ""]) {
      expect(await readers[purpose](forged)).toEqual({ state: "unknown" });
    }
  });

  it.each(purposes)(
    "C03 is told no more once a link of %s has expired",
    async (purpose) => {
      const { links } = await makeMailed();
      const [id = ""] = links[purpose].split(".");
      await ageChallenge(id, days(4));
      expect(await readers[purpose](links[purpose])).toEqual({ state: "expired" });
    },
  );
});

describe("how far a change of address has come", () => {
  const confirm = (token: string) =>
    confirmEmailChange({ proof: { token }, session: null, client: makeClient() });
  const changeOf = async (token: string) => {
    const link = await readCancelLink(token);
    return link.state === "open" ? link.about.change : link.state;
  };

  it("C12 is told to the old mailbox: waiting, over, done, and at a third address", async () => {
    const { user, session, links } = await makeMailed();
    const [first = ""] = links["email-change"].split(".");
    await ageChallenge(first, days(2));
    expect(await changeOf(links["email-cancel"])).toBe("over");

    const email = newAddress();
    const client = makeClient();
    await requestEmailChange({ session, email, client });
    const whose = { userId: user.id };
    const cancel = await linkOf("email-cancel", whose);
    expect(await changeOf(cancel)).toBe("waiting");
    await confirm(await linkOf("email-change", whose));
    expect(await changeOf(cancel)).toBe("done");

    const moved = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    const id = (await signIn(moved)).session.id;
    const third = { session: { id, userId: user.id }, email: newAddress(), client };
    await requestEmailChange(third);
    await confirm(await linkOf("email-change", whose));
    expect(await changeOf(cancel)).toBe("gone");
  });

  it("C02 is told no more once the link was used", async () => {
    const { links } = await makeMailed();
    await cancelEmailChange(links["email-cancel"], makeClient());
    expect(await changeOf(links["email-cancel"])).toBe("used");
  });
});
