-- What a column can hold ends where this program ends: nobody's row, wherever it comes from, makes a sum overflow, a date
-- that no calendar can be reckoned with, or a time zone or settings that can't be read.

create function is_time_zone(given text) returns boolean immutable language plpgsql as
$$ begin
  perform timestamptz 'epoch' at time zone given;
  return true;
exception when others then return false;
end $$;

-- Whether a bot can be told them once more.
create function are_settings(given jsonb) returns boolean stable language plpgsql as
$$ declare
  told public.bots;
begin
  if jsonb_typeof(given) is distinct from 'object' then return false; end if;
  told := jsonb_populate_record(null::public.bots, given);
  return not exists (
    select from jsonb_each(given) setting
      join pg_attribute a on a.attrelid = 'public.bots'::regclass and a.attname = setting.key
    where a.attnotnull and setting.value = 'null');
exception when others then return false;
end $$;

do $$
declare
  col record;
  least_number bigint;
  most_number bigint;
  range text;
begin
  for col in
    select c.relname as in_table, a.attname as name, t.typname as type,
      exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any (k.conkey)) as is_checked,
      exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)) as is_key
    from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
      join pg_type t on t.oid = a.atttypid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migrations'
      and t.typname in ('timestamptz', 'date', 'int2', 'int4', 'int8')
  loop
    -- A thumb is below zero, and what has a rule of its own keeps to that.
    least_number := case when col.is_checked or col.type = 'int2' then -1 else 0 end;
    -- Less for what is summed up, and more for sums.
    most_number := case
      when col.type = 'int2' then 32000
      when col.type = 'int4' then 2000000000
      when col.in_table = 'messages' then 10000000000
      when col.in_table in ('bot_counts', 'bot_budgets') then 1000000000000000
      else 10000000000000 end;
    range := case
      when col.type in ('timestamptz', 'date') then format('%I >= %L and %I < %L', col.name, '1970-01-01Z', col.name, '3000-01-01Z')
      else format('%I between %s and %s', col.name, least_number, most_number) end;
    -- A key's neighbours may have the nearest value already; and such a key names nothing that there is.
    if col.is_key then execute format('delete from %I where not (%s)', col.in_table, range);
    elsif col.type in ('timestamptz', 'date') then execute format('update %I set %I = now() where not (%s)', col.in_table, col.name, range);
    else execute format('update %I set %I = least(greatest(%I, %s), %s) where not (%s)', col.in_table, col.name, col.name, least_number, most_number, range);
    end if;
    execute format('alter table %I add constraint %I check (%s)', col.in_table, left(col.in_table || '_' || col.name, 56) || '_range', range);
  end loop;
end $$;

update bots set time_zone = 'UTC' where not is_time_zone(time_zone);
alter table bots add constraint bots_time_zone_known check (is_time_zone(time_zone));

update conversations set metadata = '{}' where jsonb_typeof(metadata) <> 'object';
alter table conversations add constraint conversations_metadata_object check (jsonb_typeof(metadata) = 'object');
update messages set metadata = '{}' where jsonb_typeof(metadata) <> 'object';
update messages set citations = '[]' where jsonb_typeof(citations) <> 'array';
alter table messages
  add constraint messages_metadata_object check (jsonb_typeof(metadata) = 'object'),
  add constraint messages_citations_list check (jsonb_typeof(citations) = 'array');
delete from bot_versions where not are_settings(settings) or jsonb_typeof(sources) <> 'array';
alter table bot_versions
  add constraint bot_versions_settings_known check (are_settings(settings)),
  add constraint bot_versions_sources_list check (jsonb_typeof(sources) = 'array');
update test_runs set report = '{}' where jsonb_typeof(report) <> 'object';
alter table test_runs add constraint test_runs_report_object check (jsonb_typeof(report) = 'object');

-- Lists of texts are lists, without gaps.
do $$
declare
  col record;
begin
  for col in
    select c.relname as in_table, a.attname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atttypid in ('text[]'::regtype, 'bytea[]'::regtype)
  loop
    execute format('update %1$I set %2$I = ''{}'' where array_ndims(%2$I) > 1 or array_position(%2$I, null) is not null', col.in_table, col.name);
    execute format(
      'alter table %1$I add constraint %3$I check (coalesce(array_ndims(%2$I), 1) = 1 and array_position(%2$I, null) is null)',
      col.in_table, col.name, col.in_table || '_' || col.name || '_list');
  end loop;
end $$;
