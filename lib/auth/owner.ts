// The account behind a session. It may go between the moment its session was
// found alive and now; then nobody is signed in, and that is no fault of ours.
import { db } from "@/lib/db";
import { Refusal } from "@/lib/errors";

/** With the hash of its password. Throws `unauthenticated` when it is gone. */
export async function requireOwner(userId: string) {
  const user = await db().user.findUnique({
    where: { id: userId },
    omit: { passwordHash: false },
  });
  if (!user) throw new Refusal("unauthenticated");
  return user;
}
