-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "address" TEXT,
ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "refresh_generation" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "refresh_hash" BYTEA,
ADD COLUMN     "refresh_spent_hash" BYTEA,
ADD COLUMN     "refreshed_at" TIMESTAMPTZ(3),
ADD COLUMN     "user_agent" TEXT;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "disabled_at" TIMESTAMPTZ(3),
ADD COLUMN     "email_verified_at" TIMESTAMPTZ(3),
ADD COLUMN     "invite_id" UUID;

-- CreateTable
CREATE TABLE "personal_tokens" (
    "user_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "token_hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3),
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "personal_tokens_pkey" PRIMARY KEY ("user_id","id")
);

-- CreateTable
CREATE TABLE "security_events" (
    "user_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "address" TEXT,
    "user_agent" TEXT,
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "security_events_pkey" PRIMARY KEY ("user_id","id")
);

-- CreateTable
CREATE TABLE "codes" (
    "user_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "email" TEXT,
    "code_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "codes_pkey" PRIMARY KEY ("user_id","id")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "personal_tokens_expiry" ON "personal_tokens"("expires_at");

-- CreateIndex
CREATE INDEX "security_events_age" ON "security_events"("created_at");

-- CreateIndex
CREATE INDEX "codes_expiry" ON "codes"("expires_at");

-- CreateIndex
CREATE INDEX "rate_limits_expiry" ON "rate_limits"("expire");

-- CreateIndex
CREATE UNIQUE INDEX "users_invite_id" ON "users"("invite_id");

-- AddForeignKey
ALTER TABLE "personal_tokens" ADD CONSTRAINT "personal_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "security_events" ADD CONSTRAINT "security_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "codes" ADD CONSTRAINT "codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What follows the schema can't say.

ALTER TABLE "sessions" ADD CONSTRAINT "sessions_client_length" CHECK (octet_length("address") <= 64 AND octet_length("user_agent") <= 1200);
ALTER TABLE "personal_tokens"
    ADD CONSTRAINT "personal_tokens_name_length" CHECK (octet_length("name") BETWEEN 1 AND 400),
    ADD CONSTRAINT "personal_tokens_scopes" CHECK (cardinality("scopes") BETWEEN 1 AND 10);
ALTER TABLE "security_events" ADD CONSTRAINT "security_events_client_length" CHECK (octet_length("address") <= 64 AND octet_length("user_agent") <= 1200);
ALTER TABLE "codes" ADD CONSTRAINT "codes_purpose" CHECK ("purpose" IN ('reset', 'verify'));

-- A crash of the database may forget it, and writing it must cost little.
ALTER TABLE "rate_limits" SET UNLOGGED;

-- That a session or a token has been used is no change of anything that its owner reads elsewhere: it gets no number. A
-- trigger of theirs names the column.
CREATE OR REPLACE FUNCTION number_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid;
    counted text := current_setting('app.counted', true);
    number bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- The rest of the rows that go with their user: there is no number to look for, a million times.
        IF counted = OLD.user_id || ' gone' THEN
            RETURN OLD;
        END IF;
        owner := OLD.user_id;
    ELSE
        owner := NEW.user_id;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.user_id <> OLD.user_id THEN
            RAISE EXCEPTION 'a row stays with its user' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_NARGS > 0 AND to_jsonb(NEW) -> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) -> TG_ARGV[0]
            AND to_jsonb(NEW) - ARRAY['seq', TG_ARGV[0]] = to_jsonb(OLD) - ARRAY['seq', TG_ARGV[0]] THEN
            NEW.seq := OLD.seq;
            RETURN NEW;
        END IF;
    END IF;
    IF starts_with(counted, owner::text) THEN
        number := split_part(counted, ' ', 2)::bigint + 1;
    ELSE
        IF counted <> '' THEN
            UPDATE public.users SET seq = seq WHERE id = split_part(counted, ' ', 1)::uuid;
        END IF;
        SELECT seq + 1 INTO number FROM public.users WHERE id = owner FOR NO KEY UPDATE;
    END IF;
    -- Without a user a new row is refused by its foreign key, and an old one goes because the user went.
    IF TG_OP = 'DELETE' THEN
        PERFORM set_config('app.counted', owner || ' ' || COALESCE(number::text, 'gone'), true);
        RETURN OLD;
    END IF;
    PERFORM set_config('app.counted', COALESCE(owner || ' ' || number, ''), true);
    NEW.seq := COALESCE(number, 0);
    RETURN NEW;
END $$;

DROP TRIGGER "sessions_number" ON "sessions";
CREATE TRIGGER "sessions_number" BEFORE INSERT OR UPDATE OR DELETE ON "sessions" FOR EACH ROW EXECUTE FUNCTION number_change('last_seen_at');

CREATE TRIGGER "personal_tokens_lock" BEFORE INSERT OR UPDATE OR DELETE ON "personal_tokens" FOR EACH STATEMENT EXECUTE FUNCTION lock_user();
CREATE TRIGGER "personal_tokens_number" BEFORE INSERT OR UPDATE OR DELETE ON "personal_tokens" FOR EACH ROW EXECUTE FUNCTION number_change('last_seen_at');
CREATE TRIGGER "personal_tokens_note" AFTER INSERT OR UPDATE OR DELETE ON "personal_tokens" FOR EACH STATEMENT EXECUTE FUNCTION note_count();
CREATE TRIGGER "personal_tokens_truncate" BEFORE TRUNCATE ON "personal_tokens" EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER "security_events_lock" BEFORE INSERT OR UPDATE OR DELETE ON "security_events" FOR EACH STATEMENT EXECUTE FUNCTION lock_user();
CREATE TRIGGER "security_events_number" BEFORE INSERT OR UPDATE OR DELETE ON "security_events" FOR EACH ROW EXECUTE FUNCTION number_change();
CREATE TRIGGER "security_events_note" AFTER INSERT OR UPDATE OR DELETE ON "security_events" FOR EACH STATEMENT EXECUTE FUNCTION note_count();
CREATE TRIGGER "security_events_truncate" BEFORE TRUNCATE ON "security_events" EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER "codes_lock" BEFORE INSERT OR UPDATE OR DELETE ON "codes" FOR EACH STATEMENT EXECUTE FUNCTION lock_user();
CREATE TRIGGER "codes_number" BEFORE INSERT OR UPDATE OR DELETE ON "codes" FOR EACH ROW EXECUTE FUNCTION number_change();
CREATE TRIGGER "codes_note" AFTER INSERT OR UPDATE OR DELETE ON "codes" FOR EACH STATEMENT EXECUTE FUNCTION note_count();
CREATE TRIGGER "codes_truncate" BEFORE TRUNCATE ON "codes" EXECUTE FUNCTION refuse_truncate();

GRANT SELECT, INSERT, UPDATE, DELETE ON "personal_tokens", "security_events", "codes" TO ownlist_app;
GRANT SELECT ("disabled_at", "email_verified_at") ON "users" TO ownlist_login;
GRANT SELECT, INSERT, UPDATE, DELETE ON "rate_limits" TO ownlist_limits;
GRANT SELECT ("key", "expire"), DELETE ON "rate_limits" TO ownlist_housekeeping;
GRANT SELECT ("user_id", "id", "expires_at") ON "personal_tokens", "codes" TO ownlist_housekeeping;
GRANT SELECT ("user_id", "id", "created_at") ON "security_events" TO ownlist_housekeeping;
GRANT SELECT ("id", "email", "name", "created_at", "disabled_at", "email_verified_at") ON "users" TO ownlist_admin;
GRANT SELECT ("user_id") ON "sessions", "tasks", "personal_tokens" TO ownlist_admin;

ALTER TABLE "personal_tokens" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "security_events" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "codes" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "rate_limits" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY "personal_tokens_own" ON "personal_tokens" TO ownlist_app
    USING ("user_id" = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));
CREATE POLICY "security_events_own" ON "security_events" TO ownlist_app
    USING ("user_id" = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));
CREATE POLICY "codes_own" ON "codes" TO ownlist_app
    USING ("user_id" = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));

CREATE POLICY "rate_limits_one" ON "rate_limits" TO ownlist_limits
    USING ("key" = (SELECT NULLIF(current_setting('app.limit_key', true), '')));

CREATE POLICY "personal_tokens_expired" ON "personal_tokens" FOR SELECT TO ownlist_housekeeping
    USING ("expires_at" < (SELECT NULLIF(current_setting('app.now', true), '')::timestamptz - interval '720 hours'));
CREATE POLICY "security_events_old" ON "security_events" FOR SELECT TO ownlist_housekeeping
    USING ("created_at" < (SELECT NULLIF(current_setting('app.now', true), '')::timestamptz - interval '4320 hours'));
CREATE POLICY "codes_expired" ON "codes" FOR SELECT TO ownlist_housekeeping
    USING ("expires_at" < (SELECT NULLIF(current_setting('app.now', true), '')::timestamptz));
CREATE POLICY "rate_limits_expired" ON "rate_limits" TO ownlist_housekeeping
    USING ("expire" < (SELECT extract(epoch FROM NULLIF(current_setting('app.now', true), '')::timestamptz) * 1000));

CREATE POLICY "users_listed" ON "users" FOR SELECT TO ownlist_admin
    USING ((SELECT current_setting('app.admin', true)) = 'list');
CREATE POLICY "sessions_counted" ON "sessions" FOR SELECT TO ownlist_admin
    USING ((SELECT current_setting('app.admin', true)) = 'list');
CREATE POLICY "tasks_counted" ON "tasks" FOR SELECT TO ownlist_admin
    USING ((SELECT current_setting('app.admin', true)) = 'list');
CREATE POLICY "personal_tokens_counted" ON "personal_tokens" FOR SELECT TO ownlist_admin
    USING ((SELECT current_setting('app.admin', true)) = 'list');
