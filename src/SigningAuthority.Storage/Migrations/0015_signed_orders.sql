-- A production order that was loaded from a file keeps the file's signature too, so that anybody can verify it again with plain openssl.

alter table sa.production_order add column signature bytea, add check ((file is null) = (signature is null));

create or replace function sa.refuse_other_order() returns trigger language plpgsql as $$
begin
    if row(new.id, new.name, new.products, new.mac_ranges, new.serials, new.quantity, new.stations, new.not_before, new.not_after, new.profile,
            new.key_source, new.created_by, new.created_at, new.file, new.signed_by, new.signature)
        is distinct from row(old.id, old.name, old.products, old.mac_ranges, old.serials, old.quantity, old.stations, old.not_before,
            old.not_after, old.profile, old.key_source, old.created_by, old.created_at, old.file, old.signed_by, old.signature)
        or (old.closed_at is not null and row(new.closed_at, new.closed_by) is distinct from row(old.closed_at, old.closed_by))
    then
        raise exception 'a production order is closed, never changed' using errcode = 'insufficient_privilege', hint = 'Make another one.';
    end if;
    return new;
end
$$;

grant insert (signature) on sa.production_order to sa_operator;
