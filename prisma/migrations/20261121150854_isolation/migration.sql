-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "seq" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "seq" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "seq" BIGINT NOT NULL DEFAULT 0;

-- What follows the schema can't say.

-- The changes so far, numbered as if they had been made in this order.
UPDATE "tasks" SET "seq" = numbered."seq"
FROM (SELECT "user_id", "id", row_number() OVER (PARTITION BY "user_id" ORDER BY "updated_at", "id") AS "seq" FROM "tasks") AS numbered
WHERE "tasks"."user_id" = numbered."user_id" AND "tasks"."id" = numbered."id";

UPDATE "sessions" SET "seq" = numbered."seq" + (SELECT count(*) FROM "tasks" WHERE "tasks"."user_id" = numbered."user_id")
FROM (SELECT "user_id", "id", row_number() OVER (PARTITION BY "user_id" ORDER BY "created_at", "id") AS "seq" FROM "sessions") AS numbered
WHERE "sessions"."user_id" = numbered."user_id" AND "sessions"."id" = numbered."id";

UPDATE "users" SET "seq" =
    (SELECT count(*) FROM "tasks" WHERE "user_id" = "users"."id") + (SELECT count(*) FROM "sessions" WHERE "user_id" = "users"."id");

-- One sequence a user. Whoever changes a row of theirs holds the user's row until the end of the transaction, so that
-- the numbers are given in the order of the commits. No statement can set a number or leave it as it was.

CREATE FUNCTION number_user() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted text := current_setting('app.counted', true);
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.seq := 0;
    ELSIF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'a user keeps their id' USING ERRCODE = 'restrict_violation';
    ELSIF starts_with(counted, NEW.id::text) THEN
        NEW.seq := greatest(OLD.seq + 1, split_part(counted, ' ', 2)::bigint);
    ELSE
        NEW.seq := OLD.seq + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER "users_number" BEFORE INSERT OR UPDATE ON "users" FOR EACH ROW EXECUTE FUNCTION number_user();

-- A statement takes the user's row before any row of theirs, as all do: else two writers could wait for each other. It
-- counts its rows in the setting app.counted, the user's id and the last number, and notes the number with the user when
-- it is through: with each row would take a time that grows with the square of their number.

CREATE FUNCTION lock_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM public.users WHERE id = NULLIF(current_setting('app.user_id', true), '')::uuid FOR NO KEY UPDATE;
    RETURN NULL;
END $$;

CREATE FUNCTION note_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted text := current_setting('app.counted', true);
BEGIN
    IF counted <> '' THEN
        UPDATE public.users SET seq = seq WHERE id = split_part(counted, ' ', 1)::uuid;
        PERFORM set_config('app.counted', '', true);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION number_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
    counted text := current_setting('app.counted', true);
    number bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.user_id <> OLD.user_id THEN
        RAISE EXCEPTION 'a row stays with its user' USING ERRCODE = 'restrict_violation';
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
    PERFORM set_config('app.counted', COALESCE(owner || ' ' || number, ''), true);
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.seq := COALESCE(number, 0);
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE would leave no trace of the change: use DELETE' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "tasks_lock" BEFORE INSERT OR UPDATE OR DELETE ON "tasks" FOR EACH STATEMENT EXECUTE FUNCTION lock_user();
CREATE TRIGGER "tasks_number" BEFORE INSERT OR UPDATE OR DELETE ON "tasks" FOR EACH ROW EXECUTE FUNCTION number_change();
CREATE TRIGGER "tasks_note" AFTER INSERT OR UPDATE OR DELETE ON "tasks" FOR EACH STATEMENT EXECUTE FUNCTION note_count();
CREATE TRIGGER "tasks_truncate" BEFORE TRUNCATE ON "tasks" EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER "sessions_lock" BEFORE INSERT OR UPDATE OR DELETE ON "sessions" FOR EACH STATEMENT EXECUTE FUNCTION lock_user();
CREATE TRIGGER "sessions_number" BEFORE INSERT OR UPDATE OR DELETE ON "sessions" FOR EACH ROW EXECUTE FUNCTION number_change();
CREATE TRIGGER "sessions_note" AFTER INSERT OR UPDATE OR DELETE ON "sessions" FOR EACH STATEMENT EXECUTE FUNCTION note_count();
CREATE TRIGGER "sessions_truncate" BEFORE TRUNCATE ON "sessions" EXECUTE FUNCTION refuse_truncate();

-- The roles that the server's statements run as; it becomes one of them for each transaction, by set_config('role', …).
--   ownlist_app            reaches the rows of the user in app.user_id
--   ownlist_login          reads the account whose address is in app.email_key
--   ownlist_housekeeping   sees the keys of what has had its time at app.now
--   ownlist_limits         reaches the one count of attempts whose key is in app.limit_key
--   ownlist_admin          lists accounts and counts rows where app.admin is set, and changes nothing
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ownlist_app', 'ownlist_login', 'ownlist_housekeeping', 'ownlist_limits', 'ownlist_admin'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- Another database's migration has just made it.
            END;
        END IF;
        BEGIN
            PERFORM set_config('role', name, true), set_config('role', 'none', true);
        EXCEPTION WHEN insufficient_privilege THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', name);
        END;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role % can''t make or use the roles that keep users apart. As an administrator run: CREATE ROLE ownlist_app; CREATE ROLE ownlist_login; CREATE ROLE ownlist_housekeeping; CREATE ROLE ownlist_limits; CREATE ROLE ownlist_admin; GRANT ownlist_app, ownlist_login, ownlist_housekeeping, ownlist_limits, ownlist_admin TO % (leave out what there is already)', current_user, '"' || replace(current_user, '"', '""') || '"'
        USING ERRCODE = 'insufficient_privilege';
END $$;

GRANT USAGE ON SCHEMA public TO ownlist_app, ownlist_login, ownlist_housekeeping, ownlist_limits, ownlist_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON "users", "sessions", "tasks" TO ownlist_app;
GRANT SELECT ("id", "email", "email_key", "name", "created_at", "hashed_password") ON "users" TO ownlist_login;
GRANT SELECT ("user_id", "id", "expires_at") ON "sessions" TO ownlist_housekeeping;
GRANT SELECT ("user_id", "id", "deleted_at") ON "tasks" TO ownlist_housekeeping;

-- Forced, so that they hold for the tables' owner as well; without a policy for a role it sees nothing.
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tasks" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- A setting that was never set is null, one that was set in an earlier transaction is empty. Each policy reads it once a
-- statement, not once a row.
CREATE POLICY "users_own" ON "users" TO ownlist_app
    USING ("id" = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));
CREATE POLICY "sessions_own" ON "sessions" TO ownlist_app
    USING ("user_id" = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));
CREATE POLICY "tasks_own" ON "tasks" TO ownlist_app
    USING ("user_id" = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));

CREATE POLICY "users_by_address" ON "users" FOR SELECT TO ownlist_login
    USING ("email_key" = (SELECT NULLIF(current_setting('app.email_key', true), '')));

CREATE POLICY "sessions_ended" ON "sessions" FOR SELECT TO ownlist_housekeeping
    USING ("expires_at" < (SELECT NULLIF(current_setting('app.now', true), '')::timestamptz));
CREATE POLICY "tasks_deleted_long_ago" ON "tasks" FOR SELECT TO ownlist_housekeeping
    USING ("deleted_at" < (SELECT NULLIF(current_setting('app.now', true), '')::timestamptz - interval '720 hours'));
