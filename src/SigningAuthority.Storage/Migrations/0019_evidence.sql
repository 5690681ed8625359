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
