alter table bots
  -- Public: it stands in the widget's address.
  add column token text not null unique default replace(gen_random_uuid()::text, '-', ''),
  add column welcome_message text not null default '',
  add column primary_color text not null default '#c2185b' check (primary_color ~ '^#[0-9a-f]{6}$'),
  add column position text not null default 'right' check (position in ('left', 'right')),
  add column system_prompt text not null default '',
  -- NULL is the server's default.
  add column provider text check (provider in ('openai', 'openrouter', 'groq', 'anthropic', 'compatible', 'built_in')),
  add column model text,
  add column temperature real not null default 0.2 check (temperature between 0 and 2),
  -- Providers that are tried in this order when the first fails; the built-in answerer is always last.
  add column fallbacks text[] not null default '{}',
  -- NULL is the visitor's own.
  add column language text,
  add column updated_at timestamptz not null default now();
create index on bots (account_id, created_at);

-- What a bot knows beside its context.
create table sources (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  kind text not null check (kind in ('text', 'qa', 'file', 'website')),
  -- A title, the question, the file's name, the site's address.
  title text not null,
  -- Of 'text' and 'qa': what was written. Of the others: nothing.
  text text not null default '',
  url text,
  refresh text not null default 'never' check (refresh in ('never', 'weekly')),
  -- As the content says, not the name.
  media_type text,
  bytes bigint not null default 0 check (bytes >= 0),
  status text not null default 'queued' check (status in ('queued', 'reading', 'ready', 'failed')),
  -- A sentence for the owner.
  problem text,
  -- Pages, of which so many are read.
  done integer not null default 0,
  total integer,
  words integer not null default 0,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  unique (account_id, id)
);
create index on sources (bot_id, created_at);

-- The file as it came, in pieces, so that it can be read again.
create table source_files (
  source_id uuid not null,
  account_id uuid not null,
  position integer not null,
  content bytea not null,
  primary key (source_id, position),
  foreign key (account_id, source_id) references sources (account_id, id) on delete cascade
);

-- What each page of a website gave, or why not.
create table source_pages (
  source_id uuid not null,
  account_id uuid not null,
  url text not null,
  status text not null check (status in ('read', 'skipped', 'failed')),
  problem text,
  title text not null default '',
  words integer not null default 0,
  position integer not null,
  primary key (source_id, url),
  foreign key (account_id, source_id) references sources (account_id, id) on delete cascade
);

-- NULL is the bot's context.
alter table passages
  drop constraint passages_bot_id_position_key,
  add column source_id uuid,
  -- Where in the source: "page 3", or nothing.
  add column place text not null default '',
  add column url text,
  -- The owner's own answer to the question that is the title: given word for word.
  add column is_answer boolean not null default false,
  add foreign key (account_id, source_id) references sources (account_id, id) on delete cascade,
  add unique nulls not distinct (bot_id, source_id, position);
create index on passages (source_id);

create table api_keys (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  name text not null default '',
  -- The key's first characters, by which its owner knows it again.
  prefix text not null,
  key_hash bytea not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on api_keys (bot_id, created_at);

-- An account's own keys of providers, encrypted.
create table provider_credentials (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  provider text not null check (provider in ('openai', 'openrouter', 'groq', 'anthropic', 'compatible')),
  -- Of 'compatible', and where another server speaks a provider's protocol.
  base_url text,
  -- AES-GCM: nonce, ciphertext, tag; bound to this row's id.
  secret bytea not null,
  -- Which of SECRET_KEYS it was encrypted with.
  key_id text not null,
  -- The last characters, by which its owner knows it again.
  hint text not null,
  checked_at timestamptz,
  created_at timestamptz not null default now(),
  unique (account_id, provider)
);

alter table conversations
  drop constraint conversations_channel_check,
  add check (channel in ('page', 'api', 'widget', 'chat', 'try', 'whatsapp')),
  -- What a program says of its visitor; never trusted.
  add column visitor text not null default '',
  add column metadata jsonb not null default '{}';
create index on conversations (account_id, last_message_at desc);

alter table messages
  add column provider text,
  -- Millionths of a dollar, where the model's price is known.
  add column cost_micros bigint check (cost_micros >= 0),
  -- From the question to the first word, and to the last, in milliseconds.
  add column first_word_ms integer,
  add column total_ms integer,
  add column metadata jsonb not null default '{}';
create index on messages (account_id, created_at);

-- A request that is sent twice with one key is carried out once.
create table idempotency_keys (
  bot_id uuid not null,
  account_id uuid not null,
  key text not null,
  request_hash bytea not null,
  message_id uuid,
  created_at timestamptz not null default now(),
  primary key (bot_id, key),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on idempotency_keys (created_at);
