-- Who answers a visitor, when a person can be reached, and visitors who leave an address.

alter table bots
  -- As the time zone database names it: its opening hours are told in it.
  add column time_zone text not null default 'UTC',
  -- What a visitor reads who asks for a person outside the hours; empty: when it opens again.
  add column closed_message text not null default '',
  -- What visitors may leave, of 'name', 'email' and 'phone'; none: there is no form.
  add column lead_fields text[] not null default '{}',
  -- What a visitor agrees to who leaves an address, and which of the texts that there have been this one is.
  add column consent_text text not null default '',
  add column consent_version integer not null default 1;

-- When somebody can be asked for, in the bot's own time zone; none: always.
create table opening_hours (
  account_id uuid not null,
  bot_id uuid not null,
  -- From 1, Monday, to 7.
  weekday smallint not null check (weekday between 1 and 7),
  opens time not null,
  -- At or before `opens`: on the next day.
  closes time not null,
  primary key (bot_id, weekday, opens),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);

-- Whether a member is mailed when a visitor waits for a person, and about yesterday's leads.
alter table members add column mails boolean not null default true;

alter table conversations
  -- When the person who has it took it, or last wrote.
  add column person_spoke_at timestamptz,
  -- When members were last mailed of it.
  add column told_at timestamptz,
  -- When a member last looked at it.
  add column seen_at timestamptz;
create index on conversations (person_spoke_at) where handling = 'person';
create index on conversations (account_id) where handling = 'waiting';
-- The inbox of all of an account's bots.
create index on conversations (account_id, last_message_at desc);

-- A visitor who left an address.
create table leads (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  -- It outlasts the conversation, whose age is limited.
  conversation_id uuid,
  name text not null default '',
  email text not null default '',
  phone text not null default '',
  -- What they want to be called or written for.
  note text not null default '',
  -- What they agreed to, as it stood there.
  consent_text text not null default '',
  consent_version integer not null,
  created_at timestamptz not null default now(),
  -- When members were mailed of it.
  mailed_at timestamptz,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  foreign key (account_id, conversation_id) references conversations (account_id, id) on delete set null (conversation_id),
  check (email <> '' or phone <> '')
);
create index on leads (bot_id, created_at desc);
create index on leads (conversation_id) where conversation_id is not null;
create index on leads (bot_id) where mailed_at is null;

-- Where a bot's leads are sent, with a signature.
create table webhooks (
  bot_id uuid primary key,
  account_id uuid not null,
  url text not null,
  -- Sealed; the key's id stands beside it.
  secret bytea not null,
  key_id text not null,
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);

-- What came of each attempt. Never what was answered: it might be an inner server's.
create table webhook_deliveries (
  id bigint generated always as identity primary key,
  account_id uuid not null,
  bot_id uuid not null,
  lead_id uuid references leads on delete cascade,
  attempt integer not null,
  -- Of HTTP; NULL where none came.
  status integer,
  -- A sentence for the owner; empty: it was taken.
  problem text not null default '',
  milliseconds integer not null,
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on webhook_deliveries (bot_id, id desc);

do $$
declare
  name text;
begin
  foreach name in array array['opening_hours', 'leads', 'webhooks', 'webhook_deliveries'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
end $$;
