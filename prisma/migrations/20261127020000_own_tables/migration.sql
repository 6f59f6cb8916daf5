-- What a table of a user's things needs besides its columns and keys, said once. The migration that makes one ends with
--     SELECT own_table('labels');
-- and, where they apply, expires('labels', …) and counted('labels'). Each may be called again, with what has changed.
-- src/db/own-tables.ts has the same of each table for the code.

-- Keeps a table's rows to their users and numbers their changes; of the columns in `unnumbered` a change alone is none to
-- tell of.
CREATE FUNCTION own_table(name text, unnumbered text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own regclass := format('public.%I', name);
    ignored text := (SELECT string_agg(quote_literal(each), ', ') FROM unnest(unnumbered) AS each);
    moment text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = own AND pg_get_constraintdef(oid) = 'PRIMARY KEY (user_id, id)') THEN
        RAISE EXCEPTION 'the primary key of % has to be (user_id, id)', name;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = own AND confrelid = 'public.users'::regclass
        AND confdeltype = 'c' AND pg_get_constraintdef(oid) LIKE 'FOREIGN KEY (user_id) %') THEN
        RAISE EXCEPTION 'the rows of % have to go with their user', name;
    END IF;
    -- Forced, so that it holds for the tables' owner as well; without a policy for a role it sees nothing.
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', own);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO ownlist_app', own);
    EXECUTE format('DROP POLICY IF EXISTS %I ON %s', name || '_own', own);
    EXECUTE format('CREATE POLICY %I ON %s TO ownlist_app USING (user_id = (SELECT NULLIF(current_setting(''app.user_id'', true), '''')::uuid))', name || '_own', own);
    moment := 'INSERT OR UPDATE OR DELETE ON ' || own || ' FOR EACH';
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE %s STATEMENT EXECUTE FUNCTION public.lock_user()', name || '_lock', moment);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE %s ROW EXECUTE FUNCTION public.number_change(%s)', name || '_number', moment, ignored);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s STATEMENT EXECUTE FUNCTION public.note_count()', name || '_note', moment);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON %s EXECUTE FUNCTION public.refuse_truncate()', name || '_truncate', own);
END $$;

-- Lets housekeeping find the rows that have had their time, so many hours after the one that the column says. Not days:
-- one of a session's time zone may have 23.
CREATE FUNCTION expires(name text, at text, hours integer DEFAULT 0) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own regclass := format('public.%I', name);
BEGIN
    EXECUTE format('GRANT SELECT (user_id, id, %I) ON %s TO ownlist_housekeeping', at, own);
    EXECUTE format('DROP POLICY IF EXISTS %I ON %s', name || '_expired', own);
    EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO ownlist_housekeeping USING (%I < (SELECT NULLIF(current_setting(''app.now'', true), '''')::timestamptz - %L::interval))', name || '_expired', own, at, hours || ' hours');
END $$;

-- Lets the operator's command count each user's rows.
CREATE FUNCTION counted(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own regclass := format('public.%I', name);
BEGIN
    EXECUTE format('GRANT SELECT (user_id) ON %s TO ownlist_admin', own);
    EXECUTE format('DROP POLICY IF EXISTS %I ON %s', name || '_counted', own);
    EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO ownlist_admin USING ((SELECT current_setting(''app.admin'', true)) = ''list'')', name || '_counted', own);
END $$;

REVOKE EXECUTE ON FUNCTION own_table(text, text[]), expires(text, text, integer), counted(text) FROM PUBLIC;

-- The tables that there are, which have had all of this by hand; policies of other names go.
DROP POLICY "sessions_ended" ON "sessions";
DROP POLICY "tasks_deleted_long_ago" ON "tasks";
DROP POLICY "security_events_old" ON "security_events";

SELECT own_table('sessions', '{last_seen_at,refresh_used}'), expires('sessions', 'expires_at'), counted('sessions');
SELECT own_table('personal_tokens', '{last_seen_at}'), expires('personal_tokens', 'expires_at', 720), counted('personal_tokens');
SELECT own_table('codes'), expires('codes', 'expires_at');
SELECT own_table('security_events'), expires('security_events', 'created_at', 4320);
SELECT own_table('tasks'), expires('tasks', 'deleted_at', 720), counted('tasks');
