-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT NOT NULL,
    "name" TEXT,
    "hashed_password" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "user_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("user_id","id")
);

-- CreateTable
CREATE TABLE "tasks" (
    "user_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "title_key" TEXT NOT NULL,
    "title_search" TEXT NOT NULL,
    "description_search" TEXT,
    "completed_at" TIMESTAMPTZ(3),
    "due_local" TIMESTAMP(0),
    "due_time_zone" TEXT,
    "priority" SMALLINT NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "tasks_pkey" PRIMARY KEY ("user_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email_key");

-- CreateIndex
CREATE INDEX "sessions_expiry" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "tasks_open" ON "tasks"("user_id", "id") WHERE (deleted_at IS NULL AND completed_at IS NULL);

-- CreateIndex
CREATE INDEX "tasks_by_update" ON "tasks"("user_id", "updated_at", "id") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "tasks_by_due" ON "tasks"("user_id", "due_local", "id") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "tasks_by_priority" ON "tasks"("user_id", "priority", "id") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "tasks_by_title" ON "tasks"("user_id", "title_key", "id") WHERE (deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "tasks_deleted" ON "tasks"("deleted_at") WHERE (deleted_at IS NOT NULL);

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What follows the schema can't say. Lengths are in bytes, which a database without an encoding (SQL_ASCII) counts as well.

-- A key's order must not depend on the database's collation, and comparing bytes is the fastest.
ALTER TABLE "users"
    ALTER COLUMN "email_key" TYPE TEXT COLLATE "C",
    ADD CONSTRAINT "users_name_length" CHECK (octet_length("name") <= 800);

ALTER TABLE "tasks"
    ALTER COLUMN "title_key" TYPE TEXT COLLATE "C",
    ADD CONSTRAINT "tasks_title_length" CHECK (octet_length("title") BETWEEN 1 AND 2000),
    ADD CONSTRAINT "tasks_description_length" CHECK (octet_length("description") <= 80000),
    ADD CONSTRAINT "tasks_priority_range" CHECK ("priority" BETWEEN 0 AND 4),
    ADD CONSTRAINT "tasks_version_positive" CHECK ("version" >= 1),
    ADD CONSTRAINT "tasks_zone_needs_due" CHECK ("due_time_zone" IS NULL OR "due_local" IS NOT NULL),
    ADD CONSTRAINT "tasks_whole_day_at_midnight" CHECK ("due_time_zone" IS NOT NULL OR "due_local"::time = '00:00');
