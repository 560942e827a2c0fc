-- What is tidied is tidied for each account by itself: indexes that find an account's rows by their age.
create index on idempotency_keys (account_id, created_at);
drop index idempotency_keys_created_at_idx;
create index on erasures (account_id, erased_at);
drop index erasures_erased_at_idx;
create index on conversations (account_id, person_spoke_at) where handling = 'person';
drop index conversations_person_spoke_at_idx;
create index on leads (account_id) where mailed_at is null;
drop index leads_bot_id_idx;
create index on leads (account_id, created_at);
create index on webhook_deliveries (account_id, created_at);
create index on question_groups (account_id, created_at);
create index on bot_versions (account_id, created_at);
-- Was made twice.
drop index conversations_account_id_last_message_at_idx1;

-- Each thing has a schedule of its own now.
delete from jobs where kind in ('tidy', 'forget');
delete from job_schedules where name in ('tidy', 'forget');

-- What `bot_counts` and `bot_days` will say of yesterday and today, as far as it is known: of ten minutes each.
create table recent_counts (
  account_id uuid not null,
  bot_id uuid not null,
  since timestamptz not null,
  kind text not null,
  key text not null,
  count bigint not null,
  primary key (bot_id, since, kind, key),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on recent_counts (account_id, since);
alter table recent_counts enable row level security;
alter table recent_counts force row level security;
create policy tenant on recent_counts using (
  coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true));
