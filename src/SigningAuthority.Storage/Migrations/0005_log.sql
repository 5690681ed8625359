-- The issuance log. Any process appends entries, in the transaction of the act; one process at a time gives them their place
-- in the tree (log_leaf) and signs what it then holds (log_checkpoint).
--
-- Writers commit out of order, so an entry's id says little. Its place is decided by (xid, id) once every transaction up to that
-- xid has ended. Transaction ids belong to a cluster: back up physically (pg_basebackup, pgBackRest). After a logical restore
-- advance the new cluster beyond the old one (pg_resetwal -x, -e); the sequencer refuses to work until that is done.

create sequence sa.log_entry_id;

create table sa.log_entry (
    id bigint not null default nextval('sa.log_entry_id'),
    xid xid8 not null default pg_current_xact_id(),
    written_by name not null default current_user,
    type text not null,
    actor text not null,
    subject text,
    request_id uuid,
    mac text,
    serial text,
    fingerprint bytea,
    at timestamptz not null,
    entry bytea not null check (octet_length(entry) between 1 and 65535),
    primary key (id)
) partition by range (id);
alter sequence sa.log_entry_id owned by sa.log_entry.id;

create index log_entry_place on sa.log_entry (xid, id);
create index log_entry_subject on sa.log_entry (subject) where subject is not null;
create index log_entry_request on sa.log_entry (request_id) where request_id is not null;
create index log_entry_mac on sa.log_entry (mac) where mac is not null;
create index log_entry_serial on sa.log_entry (serial) where serial is not null;
create index log_entry_fingerprint on sa.log_entry (fingerprint) where fingerprint is not null;

-- 16 × 100 million entries; a later migration adds more.
do $$
declare
    part text;
begin
    for i in 0..15 loop
        part := format('sa.log_entry_%s', lpad(i::text, 3, '0'));
        execute format('create table %s partition of sa.log_entry for values from (%s) to (%s)', part, i * 100000000::bigint, (i + 1) * 100000000::bigint);
        call sa.make_append_only(part::regclass);
    end loop;
end
$$;

-- type and actor are carried along: an auditor's page is a walk along (type, index) or (actor, index), never a sort of millions.
-- at_most is the largest "at" up to and including this leaf. It only grows, so it turns a point in time into a place in the log
-- although entries of several writers are not quite in order of their clocks.
create table sa.log_leaf (
    index bigint primary key check (index >= 0),
    entry_id bigint not null unique,
    leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
    type text not null,
    actor text not null,
    at_most timestamptz not null
);
create index log_leaf_type on sa.log_leaf (type, index);
create index log_leaf_actor on sa.log_leaf (actor, index);
create index log_leaf_at_most on sa.log_leaf (at_most, index);

create table sa.log_checkpoint (
    tree_size bigint primary key check (tree_size >= 0),
    root_hash bytea not null check (octet_length(root_hash) = 32),
    frontier bytea not null,
    note text not null,
    signed_at timestamptz not null default now()
);

call sa.make_append_only('sa.log_entry');
call sa.make_append_only('sa.log_leaf');
call sa.make_append_only('sa.log_checkpoint');

-- id, xid and written_by are not for a writer to choose.
grant insert (type, actor, subject, request_id, mac, serial, fingerprint, at, entry) on sa.log_entry to sa_api, sa_signer, sa_operator;
grant usage on sequence sa.log_entry_id to sa_api, sa_signer, sa_operator;
grant select on sa.log_entry, sa.log_leaf to sa_signer, sa_auditor, sa_operator;
grant select on sa.log_checkpoint to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert on sa.log_leaf to sa_signer;
grant insert (tree_size, root_hash, frontier, note) on sa.log_checkpoint to sa_signer;
