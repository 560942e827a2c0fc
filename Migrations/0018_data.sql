-- Data is theirs: archives that are imported, and what was erased.

-- How long what visitors leave for being called back is kept; NULL: until somebody deletes it.
alter table bots add column lead_days integer check (lead_days between 1 and 3650);

-- An archive on its way in.
create table imports (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  user_id uuid references users on delete set null,
  state text not null check (state in ('uploading', 'waiting', 'running', 'done', 'failed')),
  -- A sentence for the owner.
  problem text,
  bytes bigint not null default 0 check (bytes >= 0),
  -- Rows, of which so many are taken.
  done bigint not null default 0,
  total bigint,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (account_id, id)
);
-- One at a time.
create unique index on imports (account_id) where state in ('uploading', 'waiting', 'running');
create index on imports (account_id, created_at desc);

-- The archive as it came, in pieces, until it is taken or refused.
create table import_pieces (
  import_id uuid not null,
  account_id uuid not null,
  position integer not null,
  content bytea not null,
  primary key (import_id, position),
  foreign key (account_id, import_id) references imports (account_id, id) on delete cascade
);
-- It is packed already.
alter table import_pieces alter column content set storage external;

-- What was erased, without a word of it. Outlasts the bot.
create table erasures (
  id bigint generated always as identity primary key,
  account_id uuid not null references accounts on delete cascade,
  bot_id uuid not null,
  cause text not null check (cause in ('visitor', 'owner', 'retention')),
  conversations integer not null,
  erased_at timestamptz not null default now()
);
create index on erasures (account_id, id desc);
create index on erasures (erased_at);

-- Whose widget stood at this token. An archive must not bring another account's widget back to life on its site.
create table retired_tokens (
  token text primary key,
  -- The account; every other must see it.
  retired_by uuid not null
);
create function retire_token() returns trigger language plpgsql as
$$ begin
  insert into retired_tokens (token, retired_by) values (old.token, old.account_id)
  on conflict (token) do update set retired_by = excluded.retired_by;
  return null;
end $$;
create trigger retired after delete on bots for each row execute function retire_token();

do $$
declare
  name text;
  self record;
begin
  foreach name in array array['imports', 'import_pieces', 'erasures'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
  -- Rows that name a later row of their own table can be put back in their order.
  for self in select conrelid::regclass as in_table, conname from pg_constraint where contype = 'f' and conrelid = confrelid loop
    execute format('alter table %s alter constraint %I deferrable initially immediate', self.in_table, self.conname);
  end loop;
end $$;
