-- Changes that somebody made and hasn't published: each page of theirs says so.
create index on test_runs (account_id) where candidate is not null and not published;
