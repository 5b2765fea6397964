import { describe, expect, it } from "vitest";
import {
  consumeChallenge,
  createChallenge,
  linkToken,
  readSecret,
} from "@/lib/auth/challenge";
import { countAttempt, mailedCode } from "@/lib/auth/mailed-code";
import { config, minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { newAddress } from "@/tests/secrets";

const purpose = "magic-link";
const { points } = config.rateLimits.wrongCode;

function mailTo(email: string): Promise<string> {
  const fresh = { purpose, lifetime: minutes(10), email, data: {} } as const;
  return createChallenge(db(), fresh);
}

const guess = (id: string, step = 1) => {
  const wrong = (Number(mailedCode(purpose, id)) + step) % 1_000_000;
  return countAttempt(purpose, id, String(wrong).padStart(6, "0"));
};
const enter = (id: string) => countAttempt(purpose, id, mailedCode(purpose, id));

/** Five of each mail, as fast as it can. */
async function guessAtMails(email: string, mails: number): Promise<void> {
  for (let mail = 0; mail < mails; mail++) {
    const id = await mailTo(email);
    await Promise.all([1, 2, 3, 4, 5].map((step) => guess(id, step)));
  }
}

describe("codes of mail after mail", () => {
  it("B07 C02 give thirty guesses a day at one address, and then none", async () => {
    const email = newAddress();
    await guessAtMails(email, points / 5);
    expect(await enter(await mailTo(email))).toBe(false);
  });

  it("B02 leave the owner the link, and everybody else their codes", async () => {
    const email = newAddress();
    await guessAtMails(email, points / 5);
    const id = await mailTo(email);
    expect(readSecret(purpose, "link", linkToken(purpose, id))).toBe(id);
    expect((await consumeChallenge(db(), purpose, id))?.email).toBe(email);
    expect(await enter(await mailTo(newAddress()))).toBe(true);
  });

  it("B07 count for all purposes of an address together", async () => {
    const email = newAddress();
    await guessAtMails(email, points / 5);
    const fresh = { purpose: "reset", lifetime: minutes(10), email, data: {} } as const;
    const id = await createChallenge(db(), fresh);
    expect(await countAttempt("reset", id, mailedCode("reset", id))).toBe(false);
  });

  it("B07 are no guesses when they are right, however often", async () => {
    const email = newAddress();
    for (let i = 0; i < points + 5; i++) {
      expect(await enter(await mailTo(email))).toBe(true);
    }
  });
});
