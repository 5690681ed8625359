-- Lists of revoked certificates (RFC 5280 §5). Like a certificate a list is written down whole before it is signed: sa.crl and its chunks,
-- then sa.crl_issued. One that was intended and not issued is finished as it stands before another of its authority is made.

-- Certificates beyond policy's crl.shardSize name a list of their own part: which there are, and the address that stands in them for ever.
create table sa.crl_shard (
    authority text not null,
    shard integer not null check (shard > 0),
    address text not null check (length(address) between 8 and 512),
    opened_at timestamptz not null default now(),
    primary key (authority, shard)
);

create table sa.crl (
    id bigint generated always as identity primary key,
    authority text not null,
    kind text not null check (kind in ('Complete', 'Delta', 'Shard')),
    shard integer not null default 0 check ((kind = 'Shard') = (shard > 0)),
    number bigint not null check (number > 0),
    base_number bigint check (base_number < number),
    this_update timestamptz not null,
    next_update timestamptz not null check (next_update > this_update),
    entries bigint not null check (entries >= 0),
    to_be_signed_sha256 bytea not null check (octet_length(to_be_signed_sha256) = 32),
    to_be_signed_octets bigint not null check (to_be_signed_octets > 0),
    -- What the list was read from: a change is in it if and only if its transaction is visible here.
    snapshot pg_snapshot not null,
    created_at timestamptz not null default now(),
    -- When its last entry was written; made in so long since created_at.
    built_at timestamptz not null default clock_timestamp(),
    -- RFC 5280 §5.2.3: complete lists and deltas share one numbering, and have the same number only when they are of the same moment.
    constraint crl_number unique (authority, shard, kind, number),
    check ((kind = 'Delta') = (base_number is not null))
);

-- What one Signer does at a time, an authority's lists for one: its backend has the turn, for as long as there is one. An advisory lock would be
-- everybody's to take, the front door's too; and a row's lock would be a transaction under way, for which the log waits.
create table sa.signer_turn (
    of text primary key,
    -- As pg_stat_activity has them; null between turns.
    pid integer,
    backend_start timestamptz
);

-- Whether a transaction is in what was read. xids and snapshots are of one cluster: in a database that was restored into another, xids that
-- are still to come there are of before.
create function sa.is_in_crl(of_xid xid8, read_from pg_snapshot) returns boolean language sql stable as $$
    select pg_catalog.pg_visible_in_snapshot(of_xid, read_from)
        or of_xid operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
$$;
-- Whether a snapshot says anything of this cluster's transactions.
create function sa.is_of_this_cluster(read_from pg_snapshot) returns boolean language sql stable as $$
    select pg_catalog.pg_snapshot_xmax(read_from) operator(pg_catalog.<=) pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
$$;
revoke execute on function sa.is_in_crl, sa.is_of_this_cluster from public;
grant execute on function sa.is_in_crl, sa.is_of_this_cluster to sa_signer;

-- Numbers only rise, whichever kind comes next, and a moment has one number. None is of a time to come: nobody could take it back.
create function sa.require_rising_number() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    if exists (select from sa.crl c where c.authority = new.authority and c.shard = new.shard
            and (c.number > new.number or (c.number = new.number and c.snapshot::text <> new.snapshot::text))) then
        raise exception 'the numbers of an authority''s lists rise' using errcode = 'unique_violation', constraint = 'crl_number', table = 'crl';
    end if;
    if new.this_update > clock_timestamp() + interval '1 minute' then
        raise exception 'a list is of no time to come' using errcode = 'check_violation', constraint = 'crl_this_update', table = 'crl';
    end if;
    return new;
end
$$;
revoke execute on function sa.require_rising_number from public;
create trigger rising before insert on sa.crl for each row execute function sa.require_rising_number();
alter table sa.crl enable always trigger rising;
create index crl_by_number on sa.crl (authority, shard, number);
-- Those that wait for a signature are the newest of their authority.
create index crl_latest on sa.crl (authority, id);

create table sa.crl_issued (
    crl_id bigint primary key references sa.crl,
    signature bytea not null,
    -- Over the whole file.
    sha256 bytea not null check (octet_length(sha256) = 32),
    octets bigint not null check (octets > 0),
    issued_at timestamptz not null default now()
);

-- The to-be-signed bytes, 1 MiB a row. The only part that is removed, when newer lists have made it useless.
create table sa.crl_chunk (
    crl_id bigint not null references sa.crl,
    ordinal integer not null check (ordinal >= 0),
    octets bytea not null check (octet_length(octets) between 1 and 1048576),
    primary key (crl_id, ordinal)
);
-- Serial numbers are random: there is nothing to compress.
alter table sa.crl_chunk alter column octets set storage external;

-- An operator wants a new complete list although nothing has changed.
create table sa.crl_asked (
    id uuid primary key default gen_random_uuid(),
    authority text not null,
    asked_by text not null,
    asked_at timestamptz not null default now(),
    xid xid8 not null default pg_current_xact_id()
);
create index crl_asked_authority on sa.crl_asked (authority, xid);

-- When a hold ended: a delta says of each that ended after its base that it has.
create table sa.ended_hold (
    authority text not null,
    serial_number bytea not null,
    ended_xid xid8 not null,
    primary key (authority, serial_number, ended_xid)
);
create index ended_hold_changed on sa.ended_hold (authority, ended_xid);
create function sa.keep_ended_hold() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    insert into sa.ended_hold (authority, serial_number, ended_xid) values (old.authority, old.serial_number, new.xid)
        on conflict do nothing;
    return null;
end
$$;
revoke execute on function sa.keep_ended_hold from public;
create trigger ended_hold after update on sa.revoked for each row when (old.reason = 6 and new.reason <> 6) execute function sa.keep_ended_hold();
alter table sa.revoked enable always trigger ended_hold;

create index revoked_shard_changed on sa.revoked (authority, crl_shard, xid) where crl_shard > 0;

-- Removes the bytes of a part's lists but the newest few of each kind. Of a list that waits for its signature they stay.
create function sa.forget_old_crls(of_authority text, of_shard integer, keep integer) returns bigint
security definer set search_path = pg_catalog, pg_temp language sql as $$
    with old as (
        select c.id from (
            select c.id, row_number() over (partition by c.kind order by c.number desc) as age
            from (select h.crl_id from sa.crl_chunk h where h.ordinal = 0 offset 0) kept
                join sa.crl c on c.id = kept.crl_id join sa.crl_issued i on i.crl_id = c.id
            where c.authority = of_authority and c.shard = of_shard
        ) c where c.age > greatest(keep, 2)
    ), gone as (delete from sa.crl_chunk h using old where h.crl_id = old.id returning 1)
    select count(*) from gone
$$;
revoke execute on function sa.forget_old_crls from public;

call sa.make_append_only('sa.crl');
call sa.make_append_only('sa.crl_issued');
call sa.make_append_only('sa.crl_shard');
call sa.make_append_only('sa.crl_asked');
call sa.make_append_only('sa.ended_hold');

grant select on sa.crl, sa.crl_issued, sa.crl_shard, sa.crl_chunk to sa_api, sa_signer, sa_auditor, sa_operator;
grant select on sa.crl_asked, sa.ended_hold to sa_signer, sa_auditor, sa_operator;
grant select, insert (of), update (pid, backend_start) on sa.signer_turn to sa_signer;
grant insert (authority, shard, address) on sa.crl_shard to sa_signer;
grant insert (authority, kind, shard, number, base_number, this_update, next_update, entries, to_be_signed_sha256, to_be_signed_octets, snapshot)
    on sa.crl to sa_signer;
grant insert (crl_id, signature, sha256, octets) on sa.crl_issued to sa_signer;
grant insert (crl_id, ordinal, octets) on sa.crl_chunk to sa_signer;
grant execute on function sa.forget_old_crls to sa_signer;
grant insert (authority, asked_by) on sa.crl_asked to sa_operator;

-- What 0022 says of certificates holds of lists.
alter table sa.log_entry add constraint log_entry_of_list_signer
    check (type not in ('crl.intended', 'crl.issued') or written_by = 'sa_signer') not valid;
