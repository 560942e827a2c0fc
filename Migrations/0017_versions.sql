-- What a bot was told, each time that changed: its text, its settings, its owner's other texts and answers. Files and websites
-- are only named. A trigger writes it, as every writer of what a bot knows or how it answers raises `bots.version`.
create table bot_versions (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null,
  bot_id uuid not null,
  number integer not null,
  created_at timestamptz not null default now(),
  -- Who did it; NULL: nobody of the account.
  author_id uuid references users on delete set null,
  -- Of which version this is the restoration.
  restores integer,
  -- Columns of `bots` that `save(_: Bot)` stores, as JSON has them.
  settings jsonb not null,
  -- In `version_texts`.
  text_hash bytea not null,
  -- [{"id", "kind", "title", "hash"}], the hash of those that the owner wrote.
  sources jsonb not null,
  -- All hashes of the version.
  texts bytea[] not null,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade,
  unique (bot_id, number)
);

-- Each text once, however many versions have it.
create table version_texts (
  account_id uuid not null,
  bot_id uuid not null,
  hash bytea not null,
  text text not null,
  primary key (bot_id, hash),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);

create function text_hash(given text) returns bytea language sql as $$ select sha256(convert_to(given, 'UTF8')) $$;

-- Removes texts that no version has any more.
create function forget_version_texts(bot uuid) returns void language sql as $$
  delete from version_texts t where t.bot_id = bot and not exists (select from bot_versions v where v.bot_id = bot and t.hash = any (v.texts))
$$;

-- Keeps what a bot is told as a version, unless the newest says the same; the 200 newest remain.
create function keep_version(bot uuid) returns void language plpgsql as $$
declare
  now_told record;
  newest record;
begin
  select b.account_id, b.knowledge, text_hash(b.knowledge) as text_hash,
    (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(b)) where key = any (array[
      'name', 'contact_line', 'welcome_message', 'primary_color', 'position', 'system_prompt', 'provider', 'model', 'temperature', 'fallbacks',
      'language', 'allowed_sites', 'offers_person', 'daily_messages', 'monthly_messages', 'daily_cost_micros', 'monthly_cost_micros',
      'retention_days'])) as settings,
    coalesce(s.sources, '[]') as sources, coalesce(s.hashes, '{}') as hashes
  into now_told
  from bots b left join lateral (
    select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'title', title, 'hash', encode(hash, 'hex')) order by id) as sources,
      array_agg(distinct hash) filter (where hash is not null) as hashes
    from (
      select id, kind, title, case when kind in ('text', 'qa') then text_hash(text) end as hash
      from sources where bot_id = b.id and account_id = b.account_id) own) s on true
  where b.id = bot;
  if not found then return; end if;

  select number, settings, text_hash, sources into newest from bot_versions where bot_id = bot order by number desc limit 1;
  -- A setting that came with an update of the program is no change.
  if found and now_told.settings || newest.settings = now_told.settings
    and (newest.text_hash, newest.sources) = (now_told.text_hash, now_told.sources) then return; end if;

  insert into version_texts (account_id, bot_id, hash, text) values (now_told.account_id, bot, now_told.text_hash, now_told.knowledge)
  on conflict do nothing;
  insert into version_texts (account_id, bot_id, hash, text)
  select account_id, bot_id, text_hash(text), text from sources where bot_id = bot and kind in ('text', 'qa')
  on conflict do nothing;
  insert into bot_versions (account_id, bot_id, number, author_id, restores, settings, text_hash, sources, texts)
  values (
    now_told.account_id, bot, coalesce(newest.number, 0) + 1,
    (select id from users where id = nullif(current_setting('frontdesk.person', true), '')::uuid),
    nullif(current_setting('frontdesk.restores', true), '')::integer,
    now_told.settings, now_told.text_hash, now_told.sources, now_told.hashes || now_told.text_hash);
  delete from bot_versions where bot_id = bot and number <= coalesce(newest.number, 0) + 1 - 200;
  if found then perform forget_version_texts(bot); end if;
end $$;

create function keep_version_of_row() returns trigger language plpgsql as $$
begin
  perform keep_version(new.id);
  return null;
end $$;

-- At the transaction's end, when all of a change is there.
create constraint trigger made after insert on bots deferrable initially deferred
  for each row execute function keep_version_of_row();
create constraint trigger told after update of version on bots deferrable initially deferred
  for each row when (old.version is distinct from new.version) execute function keep_version_of_row();

select keep_version(id) from bots;

-- Findings of the check that the owner calls right. They come back when what they quote changes, as their ids follow it.
create table dismissed_findings (
  account_id uuid not null,
  bot_id uuid not null,
  finding_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (bot_id, finding_id),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);

-- Beside `bot_days`, of each day that is over, what is counted by something else too: `kind` says what, `key` of which.
create table bot_counts (
  account_id uuid not null,
  bot_id uuid not null,
  day date not null,
  kind text not null check (kind in ('hour', 'channel', 'host', 'first_word', 'whole', 'handoff', 'thumb_up', 'thumb_down', 'cost')),
  -- The hour of UTC, the channel, the site's host, the step of a time (see `ResponseTimes`), or nothing.
  key text not null,
  count bigint not null,
  primary key (bot_id, day, kind, key),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on bot_counts (account_id, day);
create index on conversations (account_id, wants_person_at) where wants_person_at is not null;
create index on messages (account_id, thumb_at) where thumb_at is not null;

do $$
declare name text;
begin
  foreach name in array array['bot_versions', 'version_texts', 'dismissed_findings', 'bot_counts'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
end $$;
