-- What an admin can change until payment is built.
alter table accounts add column plan text not null default 'free' check (plan in ('free', 'paid'));

create table users (
  id uuid primary key,
  -- As the code compares it: lower case, composed.
  email text not null unique check (email <> ''),
  name text not null default '',
  created_at timestamptz not null default now()
);

create table members (
  account_id uuid not null references accounts on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'member')),
  created_at timestamptz not null default now(),
  primary key (account_id, user_id)
);
create index on members (user_id);

create table invitations (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  email text not null check (email <> ''),
  token_hash bytea not null unique,
  invited_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  unique (account_id, email)
);

-- The newest code of an address, whether anybody is known there or not. Gone once it was used.
create table sign_in_codes (
  email text primary key,
  code_hash bytea not null,
  -- The browser that asked for it; nil for a program.
  browser_hash bytea,
  tries_left smallint not null,
  expires_at timestamptz not null
);

-- A device that is signed in: a browser with its cookie, or a program with its refresh tokens.
create table sessions (
  id uuid primary key,
  kind text not null check (kind in ('browser', 'api')),
  token_hash bytea unique,
  user_id uuid not null references users on delete cascade,
  -- Which of the person's accounts is looked at.
  account_id uuid not null,
  device text not null default '',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  foreign key (account_id, user_id) references members (account_id, user_id) on delete cascade,
  check ((kind = 'browser') = (token_hash is not null))
);
create index on sessions (user_id);
create index on sessions (account_id, user_id);

-- Kept after its use: a token that comes a second time was stolen.
create table refresh_tokens (
  token_hash bytea primary key,
  session_id uuid not null references sessions on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz
);
create index on refresh_tokens (session_id);

-- A new address counts when codes from both, the old and the new, were entered.
create table email_changes (
  user_id uuid primary key references users on delete cascade,
  email text not null,
  old_code_hash bytea not null,
  new_code_hash bytea not null,
  tries_left smallint not null,
  expires_at timestamptz not null
);

-- What would have been mailed, where there is no mail server.
create table outbox (
  id bigint generated always as identity primary key,
  recipient text not null,
  subject text not null,
  text text not null,
  html text not null,
  sent_at timestamptz not null default now()
);

-- Critical errors that the admins were told of: one mail for each kind and hour, from all processes together.
create table alarms (
  kind text not null,
  hour timestamptz not null,
  primary key (kind, hour)
);
