-- Which of an account's conversations a text stands in, in capitals or not. Row-level security keeps such a comparison from
-- every index; so the function asks as a role that it doesn't hold, and names the account itself. Where that role or the
-- extensions can't be made, it reads all of the account's messages: `select make_search()` tries once more.
create function search_messages(of_account uuid, given text) returns setof uuid stable language sql as $$
  select conversation_id from messages where account_id = of_account and replaced_by is null and strpos(lower(text), lower(given)) > 0
$$;

create function make_search() returns boolean language plpgsql as $make$
declare
  is_super constant boolean := (select rolsuper from pg_roles where rolname = current_user);
begin
  create extension if not exists pg_trgm;
  create extension if not exists btree_gin;
  -- Roles belong to the whole cluster: another database may make it at the same moment.
  begin
    if not exists (select from pg_roles where rolname = 'frontdesk_search') then create role frontdesk_search nologin; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  grant usage, create on schema public to frontdesk_search;
  grant select on messages to frontdesk_search;
  drop policy if exists search on messages;
  create policy search on messages for select to frontdesk_search using (true);
  -- What is new waits in a short list: a long one would have to be sorted in by some visitor's question.
  create index if not exists messages_search on messages using gin (account_id, lower(text) gin_trgm_ops) with (gin_pending_list_limit = 256);

  -- Not for longer than it takes: who belongs to that role sees what it sees.
  if not is_super then execute format('grant frontdesk_search to %I', current_user); end if;
  create or replace function search_messages(of_account uuid, given text) returns setof uuid
  stable security definer language plpgsql set search_path = public, pg_temp as $search$
  begin
    if of_account <> coalesce(nullif(current_setting('frontdesk.account', true), '')::uuid, of_account) then return; end if;
    -- Planned with the values, so that the index is seen to be the best.
    return query execute 'select conversation_id from messages where account_id = $1 and lower(text) like $2 and replaced_by is null'
      using of_account, '%' || regexp_replace(lower(given), '([\\%_])', '\\\1', 'g') || '%';
  end $search$;
  alter function search_messages owner to frontdesk_search;
  if not is_super then execute format('revoke frontdesk_search from %I', current_user); end if;
  revoke create on schema public from frontdesk_search;
  return true;
exception when others then
  raise notice 'conversations are searched without an index: %', sqlerrm;
  return false;
end $make$;

select make_search();
