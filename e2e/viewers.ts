// Accounts to look at pages with, made fast.
import { makeSignedOut, newEmail, type Person } from "./fixtures";
import type { Installation } from "./server";

const people = new WeakMap<Installation, Person>();

/** With the password of the first of them: a hash costs more than a page. */
export async function makeViewer(app: Installation): Promise<Person> {
  const first = people.get(app) ?? (await makeSignedOut(app));
  people.set(app, first);
  const person = { ...first, email: newEmail() };
  await app.sql(
    `INSERT INTO "user" (id, email, name, password_hash, email_verified_at,
       password_changed_at)
     SELECT $1, $1, name, password_hash, now(), now() FROM "user" WHERE email = $2`,
    [person.email, first.email],
  );
  return person;
}
