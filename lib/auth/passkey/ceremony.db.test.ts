// What binds an authenticator's answer to our question, to the browser and session
// that asked, and to one time.
import { describe, expect, it } from "vitest";
import { beginCeremony } from "@/lib/auth/passkey/ceremony";
import { finishRegistration } from "@/lib/auth/passkey/register";
import { config, minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  answerToAdd,
  answerToEnter,
  askToAdd,
  askToConfirm,
  askToEnter,
  enter,
  idOf,
  isConsumed,
  liveSessionsOf,
  makeHolder,
  newAuthenticator,
  outcomeOf,
  passkeysOf,
  prove,
} from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { ageChallenge } from "@/tests/secrets";

/** Every column of every table, as text. */
async function wholeDatabase(): Promise<string> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name
    FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`;
  const texts = tables.map(({ name }) =>
    db().$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`),
  );
  return (await Promise.all(texts))
    .flat()
    .map(({ row }) => row)
    .join("\n");
}

describe("the challenge", () => {
  const purposes = [
    "passkey-registration",
    "passkey-sign-in",
    "passkey-step-up",
  ] as const;

  it.each(purposes)(
    "E01 of %s is 32 bytes, new each time, and kept nowhere",
    async (purpose) => {
      const { session } = await makeHolder();
      const seen = new Set<string>();
      for (let n = 0; n < 20; n++) {
        const { challenge } = await beginCeremony(db(), purpose, { session });
        expect(challenge).toHaveLength(32);
        seen.add(Buffer.from(challenge).toString("base64url"));
      }
      expect(seen.size).toBe(20);
      const stored = await wholeDatabase();
      for (const challenge of seen) {
        expect(stored).not.toContain(challenge);
        expect(stored).not.toContain(Buffer.from(challenge, "base64url").toString("hex"));
      }
    },
  );

  it("E01 is not taken from the answer: one that was captured is refused with its own", async () => {
    const { authenticator, user } = await makeHolder();
    const captured = await answerToEnter(authenticator);
    await enter(captured.response, captured.handle);
    const next = await askToEnter();
    const smuggled = { ...captured.response, challenge: captured.options.challenge };
    expect(await outcomeOf(enter(smuggled, next.handle))).toBe("not_verified");
    expect(await outcomeOf(enter(captured.response, captured.handle))).toBe(
      "no_ceremony",
    );
    expect(await liveSessionsOf(user.id)).toHaveLength(2);
  });

  it("E01 of the authenticator's own choice is refused", async () => {
    const { authenticator } = await makeHolder();
    for (const challenge of ["", "AAAA", Buffer.alloc(32).toString("base64url")]) {
      const { response, handle } = await answerToEnter(authenticator, { challenge });
      expect(await outcomeOf(enter(response, handle))).toBe("not_verified");
    }
  });
});

describe("one ceremony, one answer", () => {
  it("E02 it is used up by success, and the answer with it", async () => {
    const { authenticator, user } = await makeHolder();
    const { response, handle } = await answerToEnter(authenticator);
    expect(await outcomeOf(enter(response, handle))).toBe("done");
    expect(await isConsumed(handle)).toBe(true);
    const client = makeClient();
    expect(await outcomeOf(enter(response, handle, { client }))).toBe("no_ceremony");
    const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;
    const nobody = { userId: null, sessionId: null };
    await expectEvents(client, { ...failure, ...nobody, reason: "no_ceremony" });
    expect(await liveSessionsOf(user.id)).toHaveLength(2);
  });

  it("E02 it is used up by a bad signature, and the good one comes too late", async () => {
    const { authenticator, user } = await makeHolder();
    const { options, handle, response } = await answerToEnter(authenticator, {
      signature: Buffer.alloc(70, 1),
    });
    const client = makeClient();
    expect(await outcomeOf(enter(response, handle, { client }))).toBe("not_verified");
    expect(await isConsumed(handle)).toBe(true);
    const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;
    const about = { userId: user.id, sessionId: null };
    await expectEvents(client, { ...failure, ...about, reason: "not_verified" });
    const good = authenticator.get(options);
    expect(await outcomeOf(enter(good, handle))).toBe("no_ceremony");
  });

  it("E02 it is used up by a passkey that nobody has", async () => {
    const { authenticator } = await makeHolder();
    const credentialId = Buffer.alloc(16, 7).toString("base64url");
    const { options, handle, response } = await answerToEnter(authenticator, {
      credentialId,
    });
    expect(await outcomeOf(enter(response, handle))).toBe("unknown_passkey");
    expect(await outcomeOf(enter(authenticator.get(options), handle))).toBe(
      "no_ceremony",
    );
  });

  it("E02 a registration is used up by an answer that does not verify", async () => {
    const { session } = await makeHolder();
    const asked = await askToAdd({ session });
    const altered = { origin: "https://evil.example" };
    expect(await outcomeOf(answerToAdd({ session }, asked, { altered }))).toBe(
      "not_verified",
    );
    expect(await isConsumed(asked.handle)).toBe(true);
    const client = makeClient();
    expect(await answerToAdd({ session, client }, asked)).toBeNull();
    const failure = { type: "passkey_added", result: "failure" } as const;
    const about = { userId: session.userId, sessionId: session.id };
    await expectEvents(client, { ...failure, ...about, reason: "no_ceremony" });
    expect(await passkeysOf(session.userId)).toBe(1);
  });

  it("E02 it counts to the end of its five minutes and not after", async () => {
    expect(config.challenge.passkey).toBe(minutes(5));
    const { authenticator, session } = await makeHolder();
    const late = await answerToEnter(authenticator);
    await ageChallenge(idOf(late.handle), minutes(5) - seconds(20));
    expect(await outcomeOf(enter(late.response, late.handle))).toBe("done");
    const tooLate = await answerToEnter(authenticator);
    await ageChallenge(idOf(tooLate.handle), minutes(5));
    expect(await outcomeOf(enter(tooLate.response, tooLate.handle))).toBe("no_ceremony");
    const adding = await askToAdd({ session });
    await ageChallenge(idOf(adding.handle), minutes(5));
    expect(await answerToAdd({ session }, adding)).toBeNull();
    const proof = await askToConfirm(session);
    await ageChallenge(idOf(proof.handle), minutes(5));
    const response = authenticator.get(proof.options);
    expect(await outcomeOf(prove(session, response, proof.handle))).toBe("no_ceremony");
  });

  it("E02 of twenty that send one answer at once one is signed in", async () => {
    const { authenticator, user } = await makeHolder();
    const { response, handle } = await answerToEnter(authenticator);
    const all = Array.from({ length: 20 }, () => outcomeOf(enter(response, handle)));
    const outcomes = await Promise.all(all);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "no_ceremony")).toHaveLength(19);
    expect(await liveSessionsOf(user.id)).toHaveLength(2);
  });

  it("E02 of twenty that finish one registration at once one adds a passkey", async () => {
    const { session } = await makeHolder();
    const { options, handle } = await askToAdd({ session });
    const finish = () => {
      // Each with a credential of its own: nothing but the ceremony stands between.
      const response = newAuthenticator().create(options);
      return finishRegistration({ session, response, handle, client: makeClient() });
    };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => outcomeOf(finish())),
    );
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "no_ceremony")).toHaveLength(19);
    expect(await passkeysOf(session.userId)).toBe(2);
  });
});
