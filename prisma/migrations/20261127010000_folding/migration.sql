-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "folding" INTEGER NOT NULL DEFAULT 1;
