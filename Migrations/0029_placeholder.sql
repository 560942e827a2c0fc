-- What stands in the chat's empty message box; empty: what the language says.
alter table bots add column placeholder text not null default '';
