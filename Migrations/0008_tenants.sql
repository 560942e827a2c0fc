-- The second net under "every query names the account": where a transaction says which account it is of, the rows of all
-- others don't exist for it. Without that (signing in, jobs, a visitor's question) the queries' own conditions count.
do $$
declare
  name text;
begin
  foreach name in array array[
    'members', 'invitations', 'bots', 'sources', 'source_files', 'source_pages', 'passages', 'api_keys',
    'provider_credentials', 'conversations', 'messages', 'idempotency_keys'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    -- The setting is read in a subquery: once a statement, not once a row.
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
end $$;

-- A superuser passes every policy. Where one carries out the migrations, as in the private database, the app works as
-- this role instead.
do $$
begin
  if (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then
    -- Roles belong to the whole cluster: another database may make it at the same moment.
    begin
      if not exists (select from pg_roles where rolname = 'frontdesk_app') then create role frontdesk_app nologin; end if;
    exception when duplicate_object or unique_violation then null;
    end;
    grant usage on schema public to frontdesk_app;
    grant select, insert, update, delete, truncate on all tables in schema public to frontdesk_app;
    grant usage, select on all sequences in schema public to frontdesk_app;
    alter default privileges in schema public grant select, insert, update, delete, truncate on tables to frontdesk_app;
    alter default privileges in schema public grant usage, select on sequences to frontdesk_app;
  end if;
end $$;
