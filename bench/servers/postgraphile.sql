-- What a PostGraphile schema over Ownlist's tables has besides: rules go into functions, hints into comments.

-- Ids are unique by themselves, which the keys, having the user in front, don't say. So a list sorted by id is paged
-- by id alone, and one task is found by it.
COMMENT ON TABLE tasks IS '@unique id';

-- By what a list may be filtered, besides what an index begins with.
COMMENT ON COLUMN tasks.completed_at IS '@behavior +attribute:filterBy';
COMMENT ON COLUMN tasks.due_local IS '@behavior +attribute:filterBy';
COMMENT ON COLUMN tasks.deleted_at IS '@behavior +attribute:filterBy';

CREATE FUNCTION search_tasks(word text) RETURNS SETOF tasks LANGUAGE sql STABLE AS $$
  SELECT * FROM tasks
  WHERE deleted_at IS NULL
    AND (title_search LIKE '%' || lower(word) || '%' OR description_search LIKE '%' || lower(word) || '%')
  ORDER BY id DESC
$$;

CREATE FUNCTION add_task(title text) RETURNS tasks LANGUAGE sql VOLATILE AS $$
  INSERT INTO tasks (user_id, id, title, title_key, title_search, created_at, updated_at)
  SELECT current_setting('app.user_id')::uuid,
         -- RFC 9562 §5.7: the time in milliseconds, the version, and what is random
         (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
           substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
         trim(title), lower(trim(title)), lower(trim(title)), clock_timestamp(), clock_timestamp()
  RETURNING *
$$;

CREATE FUNCTION change_task(task_id uuid, new_title text) RETURNS tasks LANGUAGE sql VOLATILE AS $$
  UPDATE tasks SET title = trim(new_title), title_key = lower(trim(new_title)),
                   title_search = lower(trim(new_title)), updated_at = clock_timestamp(), version = version + 1
  WHERE user_id = current_setting('app.user_id')::uuid AND id = task_id AND deleted_at IS NULL
  RETURNING *
$$;
