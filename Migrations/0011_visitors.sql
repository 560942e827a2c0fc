-- Visitors of a business's own site and of a bot's page.

alter table bots
  -- Origins, as `https://shop.example`, whose pages may show the widget; none: any page may.
  add column allowed_sites text[] not null default '{}',
  -- Whether visitors can ask for a person.
  add column offers_person boolean not null default true,
  -- Caps of a day and of a month of UTC, of answers and of what models cost in millionths of a dollar. NULL: none. At a cap
  -- the bot quotes instead of having a model write.
  add column daily_messages integer check (daily_messages >= 0),
  add column monthly_messages integer check (monthly_messages >= 0),
  add column daily_cost_micros bigint check (daily_cost_micros >= 0),
  add column monthly_cost_micros bigint check (monthly_cost_micros >= 0),
  -- How long its conversations are kept; NULL: as long as the server keeps them.
  add column retention_days integer check (retention_days between 1 and 3650);

alter table conversations
  -- Who answers: the bot; the bot, while the visitor waits for a person; a person.
  add column handling text not null default 'bot' check (handling in ('bot', 'waiting', 'person')),
  add column wants_person_at timestamptz,
  -- Who has taken over.
  add column taken_by uuid references users on delete set null,
  -- Who the business says that its visitor is, by a token that it signed.
  add column signed_visitor text check (signed_visitor <> ''),
  -- Somebody who signed in to talk to the bot: their conversations are theirs on every device.
  add column person_id uuid references users on delete cascade,
  -- What a list calls it; empty: its first question.
  add column title text not null default '',
  -- The page that it began on.
  add column page_url text not null default '';
create index on conversations (person_id, bot_id, last_message_at desc) where person_id is not null;
create index on conversations (bot_id, wants_person_at) where handling = 'waiting';

alter table messages
  drop constraint messages_role_check,
  add constraint messages_role_check check (role in ('visitor', 'bot', 'person')),
  -- Of role 'person': which member of the account.
  add column author_id uuid references users on delete set null,
  -- A visitor's opinion of a bot's answer.
  add column thumb smallint check (thumb in (-1, 1)),
  add column thumb_reason text not null default '',
  add column thumb_at timestamptz,
  -- The question that its visitor wrote instead, later: this message, and what followed it, is an earlier branch. The
  -- conversation as it stands is what has none.
  add column replaced_by uuid references messages on delete cascade;
create index on messages (replaced_by) where replaced_by is not null;

-- Whatever changes in a conversation touches its row; every process learns of it, and so does who watches. Not where
-- programs ask: nobody watches, and a notification makes commits wait for each other.
create function announce_conversation() returns trigger language plpgsql as
$$ begin
  perform pg_notify('conversations', new.account_id || ' ' || new.bot_id || ' ' || new.id);
  return null;
end $$;
create trigger changed after insert or update on conversations
  for each row when (new.channel not in ('api', 'try')) execute function announce_conversation();
