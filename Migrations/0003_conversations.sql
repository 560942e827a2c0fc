create table conversations (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  channel text not null check (channel in ('page', 'api')),
  created_at timestamptz not null default now(),
  last_message_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  unique (account_id, id)
);
create index on conversations (bot_id, last_message_at desc);

create table messages (
  id uuid primary key,
  account_id uuid not null,
  conversation_id uuid not null,
  -- The order within a conversation.
  position bigint generated always as identity,
  role text not null check (role in ('visitor', 'bot')),
  -- The question that a bot's message answers.
  reply_to uuid references messages on delete cascade,
  text text not null default '',
  state text not null check (state in ('pending', 'answered', 'abandoned', 'failed')),
  basis text check (basis in ('quoted', 'based_on', 'not_in_my_information')),
  citations jsonb not null default '[]',
  model text,
  input_tokens integer not null default 0 check (input_tokens >= 0),
  output_tokens integer not null default 0 check (output_tokens >= 0),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  foreign key (account_id, conversation_id) references conversations (account_id, id) on delete cascade,
  check ((role = 'bot') = (reply_to is not null)),
  check (role = 'bot' or state = 'answered')
);
create index on messages (conversation_id, position);
create index on messages (reply_to);
