-- What lets an outsider prove that the log is whole: numbers without gaps for each authority's certificates, the tree's inner hashes for
-- tiles, and an account of every signature that the log's key is asked for.

-- The last number that an authority's intents have used. An entry "certificate.intended" carries its own, from 1, without gaps; older
-- entries have none.
create table sa.issuer_sequence (
    authority text primary key,
    last bigint not null check (last > 0)
) with (fillfactor = 50);
call sa.make_undeletable('sa.issuer_sequence');

-- Draws "counts" numbers of each authority and tells the last of them. The lock comes before the transaction has an id, and lasts until
-- it has ended: an entry's place in the log follows the transaction's id, so the numbers stand in the log in their order. In the order of
-- what is locked, so that two that draw of several authorities never wait for each other.
create function sa.draw_issuer_numbers(authorities text[], counts integer[]) returns table (issuer text, last_drawn bigint)
security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    -- Any constant: it spells "sais".
    perform pg_advisory_xact_lock(x'73616973'::integer, l.hash)
    from (select distinct hashtext(a) as hash from unnest(authorities) a order by 1) l;
    return query insert into sa.issuer_sequence as s (authority, last)
        select drawn.authority, drawn.many from unnest(authorities, counts) as drawn(authority, many)
        on conflict on constraint issuer_sequence_pkey do update set last = s.last + excluded.last
        returning s.authority, s.last;
end
$$;
revoke execute on function sa.draw_issuer_numbers from public;

-- Nobody sets a number by hand.
grant execute on function sa.draw_issuer_numbers to sa_signer;
grant select on sa.issuer_sequence to sa_signer, sa_auditor, sa_operator;

-- The root of each perfect subtree of 256, 65,536, … leaves: what tiles of level 1, 2, … hold (C2SP tlog-tiles). Written with the leaf that
-- completes it. For a log from before this file the sequencer makes up for them in its first step.
create table sa.log_node (
    level smallint not null check (level between 1 and 7),
    index bigint not null check (index >= 0),
    hash bytea not null check (octet_length(hash) = 32),
    primary key (level, index)
);

-- What the log's key is asked to sign, durable before it is asked; sa.log_checkpoint has what came of it. Between the two the newest head is
-- pending: it is signed before anything else, by whoever comes next, and never is there another head of that size or of a smaller one.
create table sa.log_head (
    tree_size bigint primary key check (tree_size > 0),
    root_hash bytea not null check (octet_length(root_hash) = 32),
    frontier bytea not null,
    -- By the sequencer's clock.
    sealed_at timestamptz not null
);

-- Each time that the key is asked, durable before: so many signatures of checkpoints can there be, and no more. A head has more than one
-- where the key was away, or where a process ended before it could say that it had signed.
create table sa.log_signing (
    id bigint generated always as identity primary key,
    tree_size bigint not null references sa.log_head,
    signer text not null,
    asked_at timestamptz not null default now()
);
create index log_signing_tree_size on sa.log_signing (tree_size, id);

insert into sa.log_head (tree_size, root_hash, frontier, sealed_at) select tree_size, root_hash, frontier, signed_at from sa.log_checkpoint;
insert into sa.log_signing (tree_size, signer, asked_at) select tree_size, 'before signings were counted', signed_at from sa.log_checkpoint order by tree_size;
alter table sa.log_checkpoint
    drop column frontier,
    add constraint log_checkpoint_of_head foreign key (tree_size) references sa.log_head;

-- What reconciliation found, run by run. The next one goes on from the last that found nothing.
create table sa.log_reconciliation (
    id bigint generated always as identity primary key,
    started_at timestamptz not null,
    finished_at timestamptz not null default now(),
    is_whole boolean not null,
    from_size bigint not null,
    to_size bigint not null check (to_size >= from_size),
    root_hash bytea not null check (octet_length(root_hash) = 32),
    -- Authority to the last of its numbers that stands in the log.
    issuers jsonb not null,
    intents bigint not null,
    certificates bigint not null,
    failed bigint not null,
    under_way bigint not null,
    signings bigint not null,
    -- Of {where, message}.
    differences jsonb not null check (jsonb_typeof(differences) = 'array'),
    is_sound boolean not null generated always as (jsonb_array_length(differences) = 0) stored
);
create index log_reconciliation_whole on sa.log_reconciliation (id) where is_whole;
create index log_reconciliation_sound on sa.log_reconciliation (id) where is_sound;

call sa.make_append_only('sa.log_node');
call sa.make_append_only('sa.log_head');
call sa.make_append_only('sa.log_signing');
call sa.make_append_only('sa.log_reconciliation');

grant select on sa.log_node, sa.log_head, sa.log_signing, sa.log_reconciliation to sa_signer, sa_auditor, sa_operator;
grant select (id, finished_at, is_whole, to_size, differences, is_sound) on sa.log_reconciliation to sa_api;
grant insert on sa.log_node, sa.log_head to sa_signer;
grant insert (tree_size, signer) on sa.log_signing to sa_signer;
grant insert (started_at, is_whole, from_size, to_size, root_hash, issuers, intents, certificates, failed, under_way, signings, differences)
    on sa.log_reconciliation to sa_signer, sa_operator;
