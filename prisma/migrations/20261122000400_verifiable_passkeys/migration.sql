-- AlterTable
ALTER TABLE "passkey" ADD COLUMN     "is_verifiable" BOOLEAN NOT NULL DEFAULT false;
