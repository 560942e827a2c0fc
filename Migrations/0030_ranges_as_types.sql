-- What a column can hold is its type: Postgres parses a table's checks anew for each statement that writes to it, which for a
-- question and its answer took a quarter of the statement. A type's own check is read once by each connection. What `0020_ranges.sql`
-- had said of each column, these say once; `not null` and rules of a column's own stay where they are.
create domain moment as timestamptz check (value >= '1970-01-01Z' and value < '3000-01-01Z');
create domain calendar_day as date check (value >= '1970-01-01' and value < '3000-01-01');
create domain small_number as smallint check (value between -1 and 32000);
create domain whole_number as integer check (value between 0 and 2000000000);
-- Less for what is summed up, and more for sums.
create domain cost as bigint check (value between 0 and 10000000000);
create domain large_number as bigint check (value between 0 and 10000000000000);
create domain total as bigint check (value between 0 and 1000000000000000);
create domain json_object as jsonb check (jsonb_typeof(value) = 'object');
create domain json_list as jsonb check (jsonb_typeof(value) = 'array');

-- Postgres changes no column that a trigger names. A thumb has a narrower check of its own.
drop trigger told on bots;
alter table messages drop constraint messages_thumb_range;

do $$
declare
  change record;
begin
  for change in
    with ranges as (
      select k.conrelid::regclass as in_table, a.attname as name, a.attnum, k.conname,
        case
          when k.conname like '%\_object' then 'json_object'
          when k.conname like '%\_list' then 'json_list'
          when a.atttypid = 'timestamptz'::regtype then 'moment'
          when a.atttypid = 'date'::regtype then 'calendar_day'
          when a.atttypid = 'smallint'::regtype then 'small_number'
          when a.atttypid = 'integer'::regtype then 'whole_number'
          when pg_get_constraintdef(k.oid) like '%<= ''1000000000000000''%' then 'total'
          when pg_get_constraintdef(k.oid) like '%<= ''10000000000000''%' then 'large_number'
          when pg_get_constraintdef(k.oid) like '%<= ''10000000000''%' then 'cost' end as domain
      from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum]
      where k.contype = 'c' and k.connamespace = 'public'::regnamespace
        and (k.conname like '%\_range' or a.atttypid = 'jsonb'::regtype and (k.conname like '%\_object' or k.conname like '%\_list')))
    select r.in_table,
      string_agg(format('drop constraint %I', r.conname), ', ') as drops,
      string_agg(format('alter column %I type %s', r.name, r.domain), ', ') as types,
      -- What a type says as well.
      (select string_agg(format('drop constraint %I', k.conname), ', ') from pg_constraint k join ranges own on own.attnum = k.conkey[1]
       where k.conrelid = r.in_table and own.in_table = r.in_table and cardinality(k.conkey) = 1
         and pg_get_constraintdef(k.oid) = format('CHECK ((%I >= 0))', own.name)) as doubles
    from ranges r group by r.in_table
  loop
    execute format('alter table %s %s', change.in_table, concat_ws(', ', change.drops, change.doubles, change.types));
  end loop;
end $$;

create constraint trigger told after update of version on bots deferrable initially deferred
  for each row when (old.version is distinct from new.version) execute function keep_version_of_row();

-- These had none.
alter table readiness alter column written_at type moment;
alter table recent_counts alter column since type moment, alter column count type total;
alter table sign_in_askers alter column tries_left type small_number;
alter table sign_in_codes alter column expires_at type moment;
