-- A statement that sets nothing but columns whose change is none to tell of enters no trigger: neither is the user's row
-- locked for it, nor are two rows compared. Such a table's triggers name all of its other columns, so own_table() has to
-- be called again when it gets another one.
CREATE OR REPLACE FUNCTION own_table(name text, unnumbered text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own regclass := format('public.%I', name);
    ignored text := (SELECT string_agg(quote_literal(each), ', ') FROM unnest(unnumbered) AS each);
    numbered text := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = own AND attnum > 0 AND NOT attisdropped AND attname <> ALL (unnumbered));
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
    moment := 'INSERT OR DELETE OR UPDATE' || CASE WHEN ignored IS NULL THEN '' ELSE ' OF ' || numbered END || ' ON ' || own || ' FOR EACH';
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE %s STATEMENT EXECUTE FUNCTION public.lock_user()', name || '_lock', moment);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE %s ROW EXECUTE FUNCTION public.number_change(%s)', name || '_number', moment, ignored);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s STATEMENT EXECUTE FUNCTION public.note_count()', name || '_note', moment);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON %s EXECUTE FUNCTION public.refuse_truncate()', name || '_truncate', own);
END $$;

SELECT own_table('sessions', '{last_seen_at,refresh_used}');
SELECT own_table('personal_tokens', '{last_seen_at}');
