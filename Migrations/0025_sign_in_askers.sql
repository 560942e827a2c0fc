-- Several codes of an address may wait, and each is entered where it was asked for: what a stranger asks for or enters
-- doesn't touch the codes of others. Codes that waited under the old rule are asked for again.
drop table sign_in_codes;

-- What was mailed, whether anybody is known at the address or not. Gone once it was used.
create table sign_in_codes (
  id uuid primary key,
  email text not null,
  code_hash bytea not null,
  expires_at timestamptz not null
);
create index on sign_in_codes (email, expires_at);

-- Who may enter which of them. No foreign key: two who bring the same code must wait for one row only.
create table sign_in_askers (
  email text not null,
  -- The browser that asked or, of programs, their network; hashed.
  asker_hash bytea not null,
  code_id uuid not null,
  tries_left smallint not null,
  primary key (email, asker_hash)
);
create index on sign_in_askers (code_id);
