-- AlterTable
ALTER TABLE "user" ADD COLUMN     "password_blocked_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "confirmed_for" TEXT,
ADD COLUMN     "confirmed_for_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "challenge" ADD COLUMN     "device_hash" BYTEA,
ADD COLUMN     "session_id" TEXT;

-- CreateTable
CREATE TABLE "known_browser" (
    "user_id" TEXT NOT NULL,
    "device_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "known_browser_pkey" PRIMARY KEY ("user_id","device_hash")
);

-- CreateTable
CREATE TABLE "password_throttle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 1,
    "last_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "password_throttle_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "challenge_user_id_idx" ON "challenge"("user_id");

-- AddForeignKey
ALTER TABLE "known_browser" ADD CONSTRAINT "known_browser_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whoever has signed in so far is known: their next sign-in is no news.
INSERT INTO "known_browser" ("user_id", "device_hash", "created_at", "last_seen_at")
SELECT "user_id", "device_hash", MIN("created_at"), MAX("last_seen_at")
FROM "session" WHERE "device_hash" IS NOT NULL
GROUP BY "user_id", "device_hash";
