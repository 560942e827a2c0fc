-- A bot that gets better and never gets worse: the questions that it had no good answer to, and the tests of its answers.

-- Questions that are alike. Never removed before somebody has dealt with them.
create table question_groups (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  state text not null default 'open' check (state in ('open', 'answered', 'dismissed')),
  dealt_with_at timestamptz,
  -- The owner's own answer.
  source_id uuid,
  answer text not null default '',
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  unique (account_id, id)
);
create index on question_groups (bot_id, state);

-- One for each time that the bot declined, or a visitor put its answer down.
create table questions (
  id bigint primary key generated always as identity,
  account_id uuid not null,
  bot_id uuid not null,
  -- NULL: it hasn't been looked at yet.
  group_id uuid,
  -- The answer. Who erases a conversation erases these words too; what only removes conversations for their age makes this
  -- NULL before, and the words stay.
  message_id uuid unique references messages on delete cascade,
  -- The conversation, for counting who asked. Also where that is gone.
  asker uuid not null,
  text text not null check (text <> ''),
  reason text not null check (reason in ('declined', 'thumb')),
  asked_at timestamptz not null default now(),
  -- When its visitor was mailed the answer.
  told_at timestamptz,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  foreign key (account_id, group_id) references question_groups (account_id, id) on delete cascade
);
create index on questions (account_id, bot_id) where group_id is null;
create index on questions (group_id);

-- Noted with the answer itself, so that none is missed, whoever writes it and however soon its conversation is removed. A
-- bot that is everybody's, as the demo, has nobody to deal with them; and a visitor who asks the same twice asks once.
create function note_question() returns trigger language plpgsql as
$$ begin
  insert into questions (account_id, bot_id, message_id, asker, text, reason, asked_at)
  select c.account_id, c.bot_id, new.id, c.id, left(q.text, 1000), case when new.thumb = -1 then 'thumb' else 'declined' end, q.created_at
  from conversations c
    join bots b on b.id = c.bot_id and b.account_id = c.account_id and b.public_key is null
    join messages q on q.id = new.reply_to and q.account_id = c.account_id
  where c.id = new.conversation_id and c.account_id = new.account_id and c.channel <> 'try'
    and not exists (select from questions o where o.bot_id = c.bot_id and o.asker = c.id and o.text = left(q.text, 1000))
  on conflict (message_id) do update set reason = excluded.reason;
  return null;
end $$;
create trigger unanswered_at_once after insert on messages
  for each row when (new.state = 'answered' and (new.basis = 'not_in_my_information' or new.thumb = -1))
  execute function note_question();
create trigger unanswered after update of state, thumb on messages
  for each row when (new.state = 'answered' and (new.basis = 'not_in_my_information' or new.thumb = -1)
    and (old.state, old.thumb) is distinct from (new.state, new.thumb))
  execute function note_question();
create index on questions (bot_id, asker);

-- What a bot must be able to answer, whatever is changed of it.
create table bot_tests (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  question text not null check (question <> ''),
  -- Where the answer must come from: a source's id, or 'context'. The source may be gone; then it fails.
  expected_source text,
  -- In the answer, or not in it.
  words text[] not null default '{}',
  forbidden text[] not null default '{}',
  declines boolean not null default false,
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on bot_tests (bot_id, created_at);

-- A change of a bot that was tested, before or after it was published. The last of each bot are kept.
create table test_runs (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  -- 'waiting': a model is still asked, by a job.
  state text not null default 'done' check (state in ('waiting', 'done')),
  -- What was changed, in words.
  cause text not null,
  published boolean not null,
  -- What would be published: {"settings": {…}, "text": …}; NULL where it is.
  candidate jsonb,
  report jsonb not null,
  done integer not null default 0,
  total integer not null default 0,
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on test_runs (bot_id, created_at desc);

do $$
declare
  name text;
begin
  foreach name in array array['question_groups', 'questions', 'bot_tests', 'test_runs'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
end $$;

-- What was declined before.
insert into questions (account_id, bot_id, message_id, asker, text, reason, asked_at)
select distinct on (c.id, left(q.text, 1000)) c.account_id, c.bot_id, m.id, c.id, left(q.text, 1000),
  case when m.thumb = -1 then 'thumb' else 'declined' end, q.created_at
from messages m
  join messages q on q.id = m.reply_to and q.account_id = m.account_id and q.text <> ''
  join conversations c on c.id = m.conversation_id and c.account_id = m.account_id and c.channel <> 'try'
  join bots b on b.id = c.bot_id and b.account_id = c.account_id and b.public_key is null
where m.state = 'answered' and (m.basis = 'not_in_my_information' or m.thumb = -1);
