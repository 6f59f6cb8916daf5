-- Fails the statement that calls it, and with it all that was sent up to the same Sync: what stands behind it is not
-- executed. SQLSTATE OL401 is read in src/db/failures.ts.
CREATE FUNCTION refuse_session() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the session does not hold' USING ERRCODE = 'OL401';
END $$;
