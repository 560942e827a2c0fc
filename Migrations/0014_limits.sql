-- Caps that hold however many ask at once, on however many processes: what a model's answer may take at most is reserved
-- before the model is asked, and settled with the answer. Days and months are those of UTC.

-- What a bot with caps has taken, from when the first of them was set; before that, its messages say.
create table bot_budgets (
  account_id uuid not null,
  bot_id uuid primary key,
  -- Answers of a model on this day, and what they cost in millionths of a dollar, where the price is known.
  day date not null,
  day_messages integer not null,
  day_cost_micros bigint not null,
  month date not null,
  month_messages integer not null,
  month_cost_micros bigint not null,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);

-- Of answers in the making. One whose process died runs out by itself.
create table budget_reservations (
  message_id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  -- At most.
  cost_micros bigint not null,
  expires_at timestamptz not null,
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on budget_reservations (bot_id);

-- What an owner has been told: each once.
create table budget_warnings (
  account_id uuid not null,
  bot_id uuid not null,
  cap text not null check (cap in ('daily_messages', 'monthly_messages', 'daily_cost', 'monthly_cost')),
  -- Of the day or month.
  starts_on date not null,
  percent smallint not null,
  primary key (bot_id, cap, starts_on, percent),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);

-- With these a business signs who its visitors are. Two at once, so that one can take the other's place.
create table visitor_secrets (
  id uuid primary key,
  account_id uuid not null,
  bot_id uuid not null,
  -- Sealed with the key of this id.
  secret bytea not null,
  key_id text not null,
  created_at timestamptz not null default now(),
  foreign key (account_id, bot_id) references bots (account_id, id) on delete cascade
);
create index on visitor_secrets (bot_id);

do $$
declare
  name text;
begin
  foreach name in array array['bot_budgets', 'budget_reservations', 'budget_warnings', 'visitor_secrets'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      $policy$create policy tenant on %I using (
        coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, name);
  end loop;
end $$;

-- What a bot has taken today and in this month.
create function spending(of_account uuid, of_bot uuid) returns bot_budgets stable language plpgsql as
$$ declare
  today constant date := (now() at time zone 'UTC')::date;
  this_month constant date := date_trunc('month', today);
  spent bot_budgets;
begin
  select * into spent from bot_budgets where account_id = of_account and bot_id = of_bot;
  if found then
    -- A transaction may have waited over midnight for one that began after it.
    if spent.day < today then spent.day := today; spent.day_messages := 0; spent.day_cost_micros := 0; end if;
    if spent.month < this_month then spent.month := this_month; spent.month_messages := 0; spent.month_cost_micros := 0; end if;
    return spent;
  end if;
  select of_account, of_bot, today, count(*) filter (where m.created_at >= today::timestamp at time zone 'UTC'),
    coalesce(sum(m.cost_micros) filter (where m.created_at >= today::timestamp at time zone 'UTC'), 0),
    this_month, count(*), coalesce(sum(m.cost_micros), 0)
  into spent
  from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
  where m.account_id = of_account and c.bot_id = of_bot and m.provider is not null
    and m.created_at >= this_month::timestamp at time zone 'UTC';
  return spent;
end $$;

-- Notes which caps are used to a half, to four fifths, or up, and has the owner told of what wasn't noted yet. A cap of
-- zero is no news.
create function note_spending(spent bot_budgets) returns void language plpgsql as
$$ declare
  reached record;
begin
  for reached in
    with noted as (
      insert into budget_warnings (account_id, bot_id, cap, starts_on, percent)
      select b.account_id, b.id, used.cap, used.starts_on, level.percent
      from bots b, lateral (values
        ('daily_messages', spent.day, spent.day_messages::numeric, b.daily_messages::numeric),
        ('monthly_messages', spent.month, spent.month_messages, b.monthly_messages),
        ('daily_cost', spent.day, spent.day_cost_micros, b.daily_cost_micros),
        ('monthly_cost', spent.month, spent.month_cost_micros, b.monthly_cost_micros)
      ) as used (cap, starts_on, amount, maximum), (values (50), (80), (100)) as level (percent)
      where b.id = spent.bot_id and b.account_id = spent.account_id
        and used.maximum > 0 and used.amount * 100 >= used.maximum * level.percent
      on conflict do nothing
      returning cap, percent)
    select cap, max(percent) as percent from noted group by cap
  loop
    insert into jobs (kind, payload, account_id)
    values ('budget_warning', spent.bot_id || ' ' || reached.cap || ' ' || reached.percent, spent.account_id);
    perform pg_notify('jobs', '');
  end loop;
end $$;

-- Whether an answer that may cost so much stays below all of the bot's caps, whatever becomes of the others that are being
-- made; if so, it is reserved.
create function reserve_budget(of_account uuid, of_bot uuid, for_message uuid, micros bigint, lease interval) returns boolean language plpgsql as
$$ declare
  spent bot_budgets;
  held record;
  caps bots;
begin
  -- From here on, one at a time for each bot.
  perform from bot_budgets where account_id = of_account and bot_id = of_bot for update;
  if not found then
    insert into bot_budgets select * from spending(of_account, of_bot) on conflict do nothing;
    perform from bot_budgets where account_id = of_account and bot_id = of_bot for update;
  end if;
  select * into caps from bots where account_id = of_account and id = of_bot;
  spent := spending(of_account, of_bot);
  select count(*) as messages, coalesce(sum(cost_micros), 0) as micros into held
  from budget_reservations where account_id = of_account and bot_id = of_bot and expires_at > now();
  if spent.day_messages + held.messages < coalesce(caps.daily_messages, 'infinity'::float8)
    and spent.month_messages + held.messages < coalesce(caps.monthly_messages, 'infinity'::float8)
    and fits_cap(spent.day_cost_micros + held.micros, micros, caps.daily_cost_micros)
    and fits_cap(spent.month_cost_micros + held.micros, micros, caps.monthly_cost_micros)
  then
    delete from budget_reservations where account_id = of_account and bot_id = of_bot and expires_at < now() - interval '1 hour';
    insert into budget_reservations (message_id, account_id, bot_id, cost_micros, expires_at)
    values (for_message, of_account, of_bot, micros, now() + lease);
    return true;
  end if;
  -- A cap is used up where not even one more answer fits: the owner learns of it now, not when the last cent is gone.
  if not fits_cap(spent.day_cost_micros, micros, caps.daily_cost_micros) then
    spent.day_cost_micros := greatest(spent.day_cost_micros, caps.daily_cost_micros);
  end if;
  if not fits_cap(spent.month_cost_micros, micros, caps.monthly_cost_micros) then
    spent.month_cost_micros := greatest(spent.month_cost_micros, caps.monthly_cost_micros);
  end if;
  perform note_spending(spent);
  return false;
end $$;

-- Where a price isn't known, `more` is zero: then it fits as long as something is left.
create function fits_cap(spent numeric, more numeric, cap numeric) returns boolean immutable language sql as
$$ select cap is null or spent < cap and spent + more <= cap $$;

-- Puts what an answer took in place of what was reserved for it, once.
create function settle_budget(of_account uuid, of_bot uuid, for_message uuid, messages integer, micros bigint) returns void language plpgsql as
$$ declare
  spent bot_budgets;
begin
  perform from bot_budgets where account_id = of_account and bot_id = of_bot for update;
  delete from budget_reservations where account_id = of_account and bot_id = of_bot and message_id = for_message;
  if not found then return; end if;
  spent := spending(of_account, of_bot);
  spent.day_messages := spent.day_messages + messages;
  spent.day_cost_micros := spent.day_cost_micros + micros;
  spent.month_messages := spent.month_messages + messages;
  spent.month_cost_micros := spent.month_cost_micros + micros;
  update bot_budgets set
    day = spent.day, day_messages = spent.day_messages, day_cost_micros = spent.day_cost_micros,
    month = spent.month, month_messages = spent.month_messages, month_cost_micros = spent.month_cost_micros
  where account_id = of_account and bot_id = of_bot;
  perform note_spending(spent);
end $$;
