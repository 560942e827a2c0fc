create table bots (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  name text not null check (name <> ''),
  contact_line text not null default '',
  -- Set where everyone may ask over the API: the landing page's demo.
  public_key text unique,
  -- The owner's own text, in Markdown.
  knowledge text not null default '',
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  unique (account_id, id)
);

-- What a bot can quote: the owner's text in pieces that can stand as an answer.
create table passages (
  id bigint generated always as identity primary key,
  account_id uuid not null,
  bot_id uuid not null,
  position integer not null,
  title text not null,
  text text not null,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  unique (bot_id, position)
);
