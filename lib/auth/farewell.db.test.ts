import { expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { confirm } from "@/lib/auth/step-up/confirm";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { linkOf, mailTo, newAddress } from "@/tests/secrets";

const password = "correct horse battery";

it("M07 an account that was moved and then deleted is taken leave of at both mailboxes", async () => {
  const user = await makeUser({ password });
  const client = makeClient();
  const { session: started } = await signIn(user, client);
  const session = { id: started.id, userId: user.id };
  const email = newAddress();
  await requestEmailChange({ session, email, client });
  const token = await linkOf("email-change", { userId: user.id });
  await confirmEmailChange({ proof: { token }, session, client });
  await confirm(
    { session, client, act: "delete_account" },
    { method: "password", password },
  );
  expect(await deleteAccount(session, client)).toBe(true);
  for (const to of [user.email, email]) expect(await mailTo(to)).toContain("farewell");
});
