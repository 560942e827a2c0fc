-- A business. Everything that belongs to it names it, so that a query can't miss whose row it reads.
create table accounts (
  id uuid primary key,
  name text not null check (name <> ''),
  created_at timestamptz not null default now()
);
