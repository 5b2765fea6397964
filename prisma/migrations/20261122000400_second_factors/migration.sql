-- AlterTable
ALTER TABLE "user" DROP COLUMN "second_factors",
ADD COLUMN     "two_factor_at" TIMESTAMPTZ(3),
ADD COLUMN     "password_listed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "multi_factor_at" TIMESTAMPTZ(3);
UPDATE "session" SET "multi_factor_at" = "authenticated_at" WHERE "aal" >= 2;

-- RenameTable
ALTER TABLE "password_throttle" RENAME TO "throttle";
ALTER TABLE "throttle" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'password';
ALTER TABLE "throttle" ALTER COLUMN "kind" DROP DEFAULT;
ALTER TABLE "throttle" DROP CONSTRAINT "password_throttle_pkey",
ADD CONSTRAINT "throttle_pkey" PRIMARY KEY ("kind", "key");

-- CreateTable
CREATE TABLE "totp" (
    "user_id" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "last_step" INTEGER NOT NULL,
    "session_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "totp_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "backup_code" (
    "user_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "session_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "backup_code_pkey" PRIMARY KEY ("user_id","hash")
);

-- CreateTable
CREATE TABLE "trusted_browser" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "device_hash" BYTEA NOT NULL,
    "browser" TEXT,
    "os" TEXT,
    "device_type" TEXT NOT NULL,
    "ip" TEXT,
    "location" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trusted_browser_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "trusted_browser_user_id_device_hash_key" ON "trusted_browser"("user_id", "device_hash");

-- AddForeignKey
ALTER TABLE "totp" ADD CONSTRAINT "totp_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_code" ADD CONSTRAINT "backup_code_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trusted_browser" ADD CONSTRAINT "trusted_browser_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
