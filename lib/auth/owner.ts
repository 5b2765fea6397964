// The account behind a session. It may go between the moment its session was
// found alive and now; then nobody is signed in, and that is no fault of ours.
import { type Connection, db } from "@/lib/db";
import { Refusal } from "@/lib/errors";

/** With the hash of its password and the number of its passkeys. Throws `unauthenticated` when it is gone. */
export async function requireOwner(userId: string, connection: Connection = db()) {
  const user = await connection.user.findUnique({
    where: { id: userId },
    omit: { passwordHash: false },
    include: { _count: { select: { passkeys: true } } },
  });
  if (!user) throw new Refusal("unauthenticated");
  return user;
}
