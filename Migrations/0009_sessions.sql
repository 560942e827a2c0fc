-- Whatever ends a session (signing out, a member's removal, an account's deletion), every process learns of it, so that
-- what is open for that session ends as well.
create function announce_end_of_session() returns trigger language plpgsql as
$$ begin perform pg_notify('sessions', old.id::text); return null; end $$;
create trigger ended after delete on sessions for each row execute function announce_end_of_session();

-- Three more tables for the second net: an account sees itself only, who is looking at it, and what is done for it. A job
-- of no account, such as a mail, is everybody's.
do $$
declare
  place record;
begin
  for place in select * from (values ('accounts', 'id'), ('sessions', 'account_id'), ('jobs', 'account_id')) as places (name, account) loop
    execute format('alter table %I enable row level security', place.name);
    execute format('alter table %I force row level security', place.name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(%I = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, place.name, place.account);
  end loop;
end $$;
