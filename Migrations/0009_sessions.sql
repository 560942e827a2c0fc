-- Whatever ends a session (signing out, a member's removal, an account's deletion), every process learns of it, so that
-- what is open for that session ends as well.
create function announce_end_of_session() returns trigger language plpgsql as
$$ begin perform pg_notify('sessions', old.id::text); return null; end $$;
create trigger ended after delete on sessions for each row execute function announce_end_of_session();

-- Three more tables for the second net: an account sees itself only, who is looking at it, and what is done for it.
alter table accounts enable row level security;
alter table accounts force row level security;
create policy tenant on accounts using (coalesce(id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true));
alter table sessions enable row level security;
alter table sessions force row level security;
create policy tenant on sessions using (coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true));
alter table jobs enable row level security;
alter table jobs force row level security;
-- A job of no account is everybody's: a mail.
create policy tenant on jobs using (account_id is null or coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true));
