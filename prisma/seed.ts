// Accounts for trying things out, the same every time; running it twice changes
// nothing. It refuses production, where everybody would know the password.
import { hashPassword } from "@/lib/auth/password-hash";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { seededIdPrefix, seededPassword } from "@/lib/seeded";

const accounts = [
  { key: "admin", email: "admin@example.com", name: "Ada Admin", role: "admin" },
  { key: "member", email: "member@example.com", name: "Max Member", role: "user" },
  {
    key: "banned",
    email: "banned@example.com",
    name: "Bo Banned",
    role: "user",
    isBanned: true,
  },
] as const;

const purposes = {
  admin: "an admin",
  member: "a plain user",
  banned: "may not sign in",
};

async function seed(): Promise<void> {
  if (env().isProduction) throw new Error("The seed is for development alone.");
  const now = new Date();
  const known = await db().user.count({ where: { id: { startsWith: seededIdPrefix } } });
  const passwordHash = known < accounts.length ? await hashPassword(seededPassword) : "";
  for (const account of accounts) {
    const { key, email, name, role } = account;
    await db().user.createMany({
      skipDuplicates: true,
      data: {
        id: `${seededIdPrefix}${key}`,
        email,
        name,
        role,
        passwordHash,
        passwordChangedAt: now,
        emailVerifiedAt: now,
        bannedAt: "isBanned" in account ? now : null,
      },
    });
  }
  const lines = accounts.map(
    ({ key, email }) => `    ${email.padEnd(22)} ${purposes[key]}`,
  );
  process.stdout.write(
    `  Accounts, password "${seededPassword}":\n${lines.join("\n")}\n`,
  );
}

await seed();
await db().$disconnect();
