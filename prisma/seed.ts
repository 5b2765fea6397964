// Accounts for trying things out, the same every time; running it twice changes
// nothing. It refuses production, where everybody would know the password.
import { hashPassword } from "@/lib/auth/password-hash";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import { sealTotp } from "@/lib/auth/second-factor/totp";
import { sha256 } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { env } from "@/lib/env";
import { seededIdPrefix, seededPassword, seededTotpSecret } from "@/lib/seeded";

const accounts = [
  { key: "admin", email: "admin@example.com", name: "Ada Admin", role: "admin" },
  { key: "member", email: "member@example.com", name: "Max Member", role: "user" },
  {
    key: "passkey",
    email: "passkey@example.com",
    name: "Pia Passkey",
    role: "user",
    hasPasskeys: true,
  },
  {
    key: "authenticator",
    email: "authenticator@example.com",
    name: "Tom Twofactor",
    role: "user",
  },
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
  passkey: "no password: enter by a sign-in link, read at /dev/mail",
  authenticator: `two factors; the app's key is ${seededTotpSecret}`,
  banned: "may not sign in",
};

async function seed(): Promise<void> {
  if (env().isProduction) throw new Error("The seed is for development alone.");
  const now = new Date();
  const known = await db().user.count({ where: { id: { startsWith: seededIdPrefix } } });
  const passwordHash = known < accounts.length ? await hashPassword(seededPassword) : "";
  for (const account of accounts) {
    const { key, email, name, role } = account;
    const hasPassword = !("hasPasskeys" in account);
    await db().user.createMany({
      skipDuplicates: true,
      data: {
        id: `${seededIdPrefix}${key}`,
        email,
        name,
        role,
        passwordHash: hasPassword ? passwordHash : null,
        passwordChangedAt: hasPassword ? now : null,
        emailVerifiedAt: now,
        bannedAt: "isBanned" in account ? now : null,
      },
    });
  }
  await seedPasskeys(`${seededIdPrefix}passkey`);
  await seedTotp(`${seededIdPrefix}authenticator`);
  const lines = accounts.map(
    ({ key, email }) => `    ${email.padEnd(27)} ${purposes[key]}`,
  );
  process.stdout.write(
    `  Accounts, password "${seededPassword}":\n${lines.join("\n")}\n`,
  );
}

const passkeys = [
  { name: "Google Password Manager", aaguid: "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4" },
  { name: "YubiKey 5", aaguid: "cb69481e-8ff7-4039-93ec-0a2729a154a8" },
];

/** To be looked at: nobody holds their private keys. */
async function seedPasskeys(userId: string): Promise<void> {
  const sessionId = `${seededIdPrefix}session`;
  await db().passkey.createMany({
    skipDuplicates: true,
    data: passkeys.map(({ name, aaguid }, index) => ({
      id: `${userId}-${index}`,
      userId,
      credentialId: Uint8Array.from(sha256(`${userId} ${index}`)),
      publicKey: new Uint8Array(),
      counter: 0,
      transports: index === 0 ? ["hybrid", "internal"] : ["nfc", "usb"],
      aaguid,
      name,
      isBackupEligible: index === 0,
      isBackedUp: index === 0,
      isVerifiable: true,
      sessionId,
    })),
  });
}

/** Backup codes, too, which nobody has written down: new ones can be made. */
async function seedTotp(userId: string): Promise<void> {
  if ((await db().totp.count({ where: { userId } })) > 0) return;
  const session = { id: `${seededIdPrefix}session`, userId };
  const secret = sealTotp(userId, seededTotpSecret);
  await transaction(async (tx) => {
    const data = { userId, secret, lastStep: 0, sessionId: session.id };
    await tx.totp.create({ data });
    await tx.user.update({ where: { id: userId }, data: { twoFactorAt: new Date() } });
    await replaceBackupCodes(tx, session);
  });
}

await seed();
await db().$disconnect();
