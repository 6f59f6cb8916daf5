-- CreateTable
CREATE TABLE "installation" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),

    CONSTRAINT "installation_pkey" PRIMARY KEY ("single")
);

ALTER TABLE "installation" ADD CONSTRAINT "installation_one_row" CHECK ("single");

-- Only the owner reads it, at the start. None of the roles that serve people is granted anything; with row-level
-- security and without a policy, none would see the row if it were.
ALTER TABLE "installation" ENABLE ROW LEVEL SECURITY;

INSERT INTO "installation" DEFAULT VALUES;
