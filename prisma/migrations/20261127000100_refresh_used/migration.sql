-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "refresh_used" BOOLEAN NOT NULL DEFAULT true;

-- What follows the schema can't say.

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
        -- Something of what the trigger names has changed, and nothing else: that is no change to tell of.
        IF TG_NARGS > 0 AND to_jsonb(NEW) - 'seq' IS DISTINCT FROM to_jsonb(OLD) - 'seq'
            AND to_jsonb(NEW) - (TG_ARGV || 'seq'::text) = to_jsonb(OLD) - (TG_ARGV || 'seq'::text) THEN
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
CREATE TRIGGER "sessions_number" BEFORE INSERT OR UPDATE OR DELETE ON "sessions" FOR EACH ROW EXECUTE FUNCTION number_change('last_seen_at', 'refresh_used');
