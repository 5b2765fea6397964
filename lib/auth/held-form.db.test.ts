import { describe, expect, it } from "vitest";
import { findHeldForm, holdForm, resumeHeldForm } from "@/lib/auth/held-form";
import { minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { makeSignedIn } from "@/tests/people";

const form = { act: "password", fields: { newPassword: "typed before it was asked" } };

async function makeHeld() {
  const { user, sessionId } = await makeSignedIn();
  const session = { id: sessionId, userId: user.id };
  return { session, formId: await holdForm(session, form) };
}

describe("a form that waits for a confirmation", () => {
  it("F07 is sealed: the database does not tell what was typed", async () => {
    const { formId } = await makeHeld();
    const { data } = await db().challenge.findUniqueOrThrow({ where: { id: formId } });
    expect(data).not.toContain("typed before");
  });

  it("F07 goes on in its own session alone, and not after ten minutes", async () => {
    const { session, formId } = await makeHeld();
    const other = (await makeHeld()).session;
    expect(await findHeldForm(other, formId)).toBeNull();
    expect(await resumeHeldForm(other, formId, async () => "done")).toBeNull();
    await db().$executeRaw`UPDATE challenge
      SET expires_at = expires_at - ${minutes(10)} * interval '1 millisecond' WHERE id = ${formId}`;
    expect(await resumeHeldForm(session, formId, async () => "done")).toBeNull();
  });

  it("C02 goes on once, though thirty press at once, and nothing of it stays", async () => {
    const { session, formId } = await makeHeld();
    let runs = 0;
    const presses = Array.from({ length: 30 }, () =>
      resumeHeldForm(session, formId, async (held) => {
        runs += 1;
        return held;
      }),
    );
    const results = (await Promise.all(presses)).filter((result) => result !== null);
    expect(results).toEqual([form]);
    expect(runs).toBe(1);
    expect(await db().challenge.count({ where: { id: formId } })).toBe(0);
  });

  it("F07 is there still when what it asked for was refused", async () => {
    const { session, formId } = await makeHeld();
    const refused = resumeHeldForm(session, formId, async () => {
      throw new Refusal("conflict");
    });
    await expect(refused).rejects.toMatchObject({ code: "conflict" });
    expect(await resumeHeldForm(session, formId, async (held) => held)).toEqual(form);
  });
});
