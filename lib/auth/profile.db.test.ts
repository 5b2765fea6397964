import { describe, expect, it } from "vitest";
import { changeName, findProfile } from "@/lib/auth/account";
import { requestEmailChange } from "@/lib/auth/email-change";
import { expectEvents } from "@/tests/events";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { newAddress } from "@/tests/secrets";

async function makeIn() {
  const user = await makeUser({ password: "what it is and stays" });
  const client = makeClient();
  const { session } = await signIn(user, client);
  return { user, client, session: { id: session.id, userId: user.id } };
}

describe("the profile", () => {
  it("K07 shows what its owner may see, and the address that waits", async () => {
    const account = await makeIn();
    const { user, session, client } = account;
    const pendingEmail = newAddress();
    await requestEmailChange({ session, email: pendingEmail, client });
    const { id, email, name, role, createdAt, passwordChangedAt } = user;
    const shown = { id, email, pendingEmail, name, role, createdAt, passwordChangedAt };
    expect(await findProfile(id)).toEqual({ ...shown, hasPassword: true });
  });

  it("M01 a new name is written and recorded, without being in the record", async () => {
    const { user, session } = await makeIn();
    const client = makeClient();
    await changeName(session, "Somebody Else Entirely", client);
    expect((await findProfile(user.id)).name).toBe("Somebody Else Entirely");
    const about = { userId: user.id, sessionId: session.id };
    await expectEvents(client, { type: "profile_changed", result: "success", ...about });
    await changeName(session, null, makeClient());
    expect((await findProfile(user.id)).name).toBeNull();
  });
});
