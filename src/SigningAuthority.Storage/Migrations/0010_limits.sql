-- How much a token or a tenant may do. Calls are counted in windows that begin with their first call; what a tenant has under way,
-- or was certified in a day, is counted in sa.signing_request itself.

-- One row for a holder and a limit, changed in place: "name" and "holder" alone are indexed, so each count is a HOT update. Unlogged:
-- a count costs no flush to the disk, and what a crash forgets is at most one window.
create unlogged table sa.limit_use (
    -- A token, or a tenant.
    holder uuid not null,
    name text not null,
    ends_at timestamptz not null,
    used integer not null,
    -- Whether this window's first refusal is in the log.
    noted boolean not null default false,
    primary key (holder, name)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

-- Where an operator allows a tenant more or less than the configuration does.
create table sa.limit_override (
    provider_id uuid not null references sa.provider,
    name text not null check (name ~ '^[a-z][a-z0-9-]{0,31}$'),
    most integer check (most >= 1),
    set_by text not null,
    set_at timestamptz not null default now(),
    primary key (provider_id, name)
);
call sa.make_undeletable('sa.limit_override');

-- Takes one call from each limit, in the order given, up to the first that has nothing left: that one is returned. The row's lock
-- makes the sum hold however many processes count. The arrays stand side by side; a limit of a token without tenant has null there.
create function sa.take_allowance(holders uuid[], names text[], tenants uuid[], seconds integer[], mosts integer[])
    returns table (name text, most integer, seconds_left integer, noted boolean)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    allowed integer;
begin
    for i in 1..cardinality(holders) loop
        allowed := coalesce((select o.most from sa.limit_override o where o.provider_id = tenants[i] and o.name = names[i]), mosts[i]);
        insert into sa.limit_use as u (holder, name, ends_at, used)
        values (holders[i], names[i], clock_timestamp() + seconds[i] * interval '1 second', 1)
        on conflict on constraint limit_use_pkey do update set
            used = case when u.ends_at <= clock_timestamp() then 1 else u.used + 1 end,
            noted = u.noted and u.ends_at > clock_timestamp(),
            ends_at = case when u.ends_at <= clock_timestamp() then excluded.ends_at else u.ends_at end
        where u.used < allowed or u.ends_at <= clock_timestamp();
        if not found then
            return query
                select names[i], allowed, greatest(1, ceil(extract(epoch from u.ends_at - clock_timestamp())))::integer, u.noted
                from sa.limit_use u where u.holder = holders[i] and u.name = names[i];
            return;
        end if;
    end loop;
end
$$;

-- True for one caller in a window: the one whose transaction writes the entry of the refusal.
create function sa.note_limited(of_holder uuid, of_name text, seconds integer) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into sa.limit_use as u (holder, name, ends_at, used, noted)
    values (of_holder, of_name, clock_timestamp() + seconds * interval '1 second', 0, true)
    on conflict on constraint limit_use_pkey do update set
        noted = true,
        used = case when u.ends_at <= clock_timestamp() then 0 else u.used end,
        ends_at = case when u.ends_at <= clock_timestamp() then excluded.ends_at else u.ends_at end
    where not u.noted or u.ends_at <= clock_timestamp();
    return found;
end
$$;

-- Rows of tokens and tenants that come no more.
create function sa.sweep_limit_use() returns bigint
    language sql security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from sa.limit_use where ends_at < now() - interval '1 day' returning 1) select count(*) from gone
$$;

revoke execute on function sa.take_allowance, sa.note_limited, sa.sweep_limit_use from public;
grant execute on function sa.take_allowance, sa.note_limited to sa_api;
grant execute on function sa.sweep_limit_use to sa_signer;
grant select on sa.limit_override to sa_api, sa_auditor, sa_operator;
grant insert (provider_id, name, most, set_by), update (most, set_by, set_at) on sa.limit_override to sa_operator;
grant select on sa.limit_use to sa_auditor, sa_operator;

-- What a tenant has under way, without reading all that it ever had.
create index signing_request_tenant_unfinished on sa.signing_request (provider_id)
    where provider_id is not null and state in ('AwaitingApproval', 'Queued', 'Signing');
