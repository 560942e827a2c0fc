-- What a bot did on each day that is over, so that its figures cost the same however much it is asked, and outlast the
-- conversations. Days are those of UTC.
create table bot_days (
  account_id uuid not null,
  bot_id uuid not null,
  day date not null,
  -- That began on this day.
  conversations integer not null,
  -- Of visitors and the bot.
  messages integer not null,
  answered integer not null,
  -- That its information had no answer to.
  unanswered integer not null,
  primary key (bot_id, day),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on bot_days (account_id, day);

alter table bot_days enable row level security;
alter table bot_days force row level security;
create policy tenant on bot_days using (
  coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true));
