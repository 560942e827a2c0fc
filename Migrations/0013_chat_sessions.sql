-- Chat sessions of signed-in people: what they attach, and how much they send.

create table attachments (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  conversation_id uuid not null,
  person_id uuid not null references users on delete cascade,
  -- As its sender calls it.
  name text not null,
  -- As the content says, not the name.
  media_type text not null check (media_type in (
    'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'text/plain')),
  bytes integer not null check (bytes > 0),
  -- Of a picture, in pixels.
  width integer,
  height integer,
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  foreign key (account_id, conversation_id) references conversations (account_id, id) on delete cascade,
  unique (account_id, id)
);
create index on attachments (conversation_id);
create index on attachments (person_id);
create index on attachments (bot_id);

-- The file as it came, in pieces.
create table attachment_files (
  attachment_id uuid not null,
  account_id uuid not null,
  position integer not null,
  content bytea not null,
  primary key (attachment_id, position),
  foreign key (account_id, attachment_id) references attachments (account_id, id) on delete cascade
);
-- Pictures and PDFs are packed already.
alter table attachment_files alter column content set storage external;

-- Its text, to be answered from in its conversation.
create table attachment_passages (
  id bigint generated always as identity primary key,
  account_id uuid not null,
  attachment_id uuid not null,
  position integer not null,
  -- "page 3", or nothing.
  place text not null default '',
  title text not null,
  text text not null,
  foreign key (account_id, attachment_id) references attachments (account_id, id) on delete cascade,
  unique (attachment_id, position)
);

-- Which questions it came with: a question that is written anew keeps what was attached.
create table message_attachments (
  message_id uuid not null references messages on delete cascade,
  attachment_id uuid not null,
  account_id uuid not null,
  position integer not null,
  primary key (message_id, attachment_id),
  foreign key (account_id, attachment_id) references attachments (account_id, id) on delete cascade
);
create index on message_attachments (attachment_id);

-- What a person has sent, to all bots, in the time frame that runs; the next one begins with the first message after it.
create table message_usage (
  user_id uuid primary key references users on delete cascade,
  since timestamptz not null,
  messages integer not null
);

do $$
declare
  name text;
begin
  foreach name in array array['attachments', 'attachment_files', 'attachment_passages', 'message_attachments'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
end $$;
