-- What the later files lean on: the guard of append-only tables, and the schema that the timer provisions by itself.

grant usage on schema sa to sa_api, sa_signer, sa_auditor, sa_operator;
grant select on sa.schema_version to sa_api, sa_signer, sa_auditor, sa_operator;

create function sa.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of %.% are never changed or removed', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege', hint = 'This is evidence. Append instead.';
end
$$;

-- Statement-level, so that a statement which happens to match no row is refused as well; "always", so that
-- session_replication_role cannot switch the guard off. A partition needs its own: statements may name it directly.
create procedure sa.make_append_only(guarded regclass) language plpgsql as $$
begin
    execute format('create trigger append_only before update or delete or truncate on %s for each statement execute function sa.refuse_change()', guarded);
    execute format('alter table %s enable always trigger append_only', guarded);
end
$$;

create procedure sa.make_undeletable(guarded regclass) language plpgsql as $$
begin
    execute format('create trigger undeletable before delete or truncate on %s for each statement execute function sa.refuse_change()', guarded);
    execute format('alter table %s enable always trigger undeletable', guarded);
end
$$;

revoke execute on all routines in schema sa from public;

create schema quartz;
grant usage, create on schema quartz to sa_signer;
