-- A bot's settings: all columns but those named here. A column that comes is one of them, in versions too; the program's table
-- of them is `BotField.all`.
create function bot_settings(bot bots) returns jsonb stable language sql as $$
  select to_jsonb(bot) - array[
    'id', 'account_id', 'token', 'public_key', 'created_at', 'updated_at', 'version',
    -- A version has it as a text of its own.
    'knowledge',
    -- Of what happens between a visitor and a person, which isn't put back with a version.
    'time_zone', 'closed_message', 'lead_fields', 'consent_text', 'consent_version']
$$;

-- Keeps what a bot is told as a version, unless the newest says the same; the 200 newest remain.
create or replace function keep_version(bot uuid) returns void language plpgsql as $$
declare
  now_told record;
  newest record;
begin
  select b.account_id, b.knowledge, text_hash(b.knowledge) as text_hash,
    bot_settings(b) as settings,
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

create or replace function keep_version_of_row() returns trigger language plpgsql as $$
begin
  -- The newest version gets what came with an update of the program since, as it was before this change.
  if tg_op = 'UPDATE' then
    update bot_versions v set settings = bot_settings(old) || v.settings
    where v.bot_id = old.id and not v.settings ?& array(select jsonb_object_keys(bot_settings(old)))
      and v.number = (select max(number) from bot_versions newest where newest.bot_id = old.id);
  end if;
  perform keep_version(new.id);
  return null;
end $$;
