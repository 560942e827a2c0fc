-- What is still to be done, and what couldn't be. A job that was done is gone: deleted, where it matters together with
-- its effect.
create table jobs (
  id bigint generated always as identity primary key,
  kind text not null check (kind <> ''),
  payload text not null default '',
  -- Without an index: accounts are rarely deleted, and jobs come and go all the time.
  account_id uuid references accounts on delete cascade,
  -- Of jobs of a kind with the same key, one waits and one runs at most.
  unique_key text,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'dead')),
  -- Not before.
  run_at timestamptz not null default now(),
  -- How often it was begun.
  attempt integer not null default 0,
  -- Counts the leases: who has an older number than this is refused.
  lease_token bigint not null default 0,
  lease_until timestamptz,
  -- Why it failed last.
  problem text,
  created_at timestamptz not null default now(),
  died_at timestamptz,
  check ((state = 'running') = (lease_until is not null)),
  check ((state = 'dead') = (died_at is not null))
) with (
  -- Each row is written three times and then dead weight, however many there are.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_threshold = -1
);
create index jobs_waiting on jobs (run_at) where state = 'waiting';
create index jobs_running on jobs (lease_until) where state = 'running';
create index jobs_dead on jobs (died_at) where state = 'dead';
create unique index jobs_unique_key on jobs (kind, unique_key, state) where unique_key is not null and state <> 'dead';

-- When what recurs is due next, for all processes together.
create table job_schedules (
  name text primary key,
  next_at timestamptz not null
);
