-- Requests counted by key and window, shared by all processes. Unlogged: after a crash, counting starts anew.
create unlogged table rate_limits (
  key text not null,
  window_start timestamptz not null,
  count integer not null,
  primary key (key, window_start)
);
