-- Whether something can be written, which /readyz finds out by doing so.
create table readiness (
  is_only boolean primary key default true check (is_only),
  written_at timestamptz not null
);

-- Writes the row, and then as much as a segment of the write-ahead log into a file that goes at once: a row may find its
-- place where the disk has none any more, and without room for the next segment the server stops.
create function try_writing() returns bigint language sql volatile set work_mem = '64kB' as $$
  insert into readiness (written_at) values (now()) on conflict (is_only) do update set written_at = excluded.written_at;
  with room as materialized (select repeat('x', 65536) as part from generate_series(1, 256))
  select count(part) from room;
$$;
