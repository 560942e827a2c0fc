-- What a table with an account_id needs, as `select protect('leads')` beside its `create table`: where an account is named, its
-- rows alone are seen and written, also by the table's owner.
create function protect(unprotected regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', unprotected);
  execute format('alter table %s force row level security', unprotected);
  -- The setting is read in a subquery: once a statement, not once a row.
  execute format(
    $policy$create policy tenant on %s using (
      coalesce(account_id = (select nullif(current_setting('frontdesk.account', true), '')::uuid), true))$policy$, unprotected);
end $$;
