-- What a line may make: production orders, the only right to draw device certificates. Operators write them, nobody changes them
-- but to close them, and how many of their units are drawn is counted here: the front door can't count wrong, nor leave it out.

create table sa.production_order (
    id uuid primary key,
    name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    products text[] not null check (cardinality(products) > 0),
    mac_ranges text[] not null check (cardinality(mac_ranges) > 0),
    serials text[] not null check (cardinality(serials) > 0),
    quantity integer not null check (quantity > 0),
    -- Units with a device's request that is not Refused, Withdrawn or Failed. A reissue is no further unit.
    drawn integer not null default 0 check (drawn >= 0),
    stations text[] not null check (cardinality(stations) > 0),
    not_before timestamptz not null,
    not_after timestamptz not null check (not_after > not_before),
    -- Null: that of the product's family.
    profile text,
    key_source text not null check (key_source in ('Device', 'Authority')),
    created_by text not null,
    created_at timestamptz not null default now(),
    closed_by text,
    closed_at timestamptz,
    -- The signed file that it was loaded from, as it came, and the name of the key.
    file bytea,
    signed_by text,
    check ((file is null) = (signed_by is null)),
    check ((closed_by is null) = (closed_at is null)),
    constraint production_order_quantity check (drawn <= quantity)
) with (fillfactor = 50);
call sa.make_undeletable('sa.production_order');

create function sa.refuse_other_order() returns trigger language plpgsql as $$
begin
    if row(new.id, new.name, new.products, new.mac_ranges, new.serials, new.quantity, new.stations, new.not_before, new.not_after, new.profile,
            new.key_source, new.created_by, new.created_at, new.file, new.signed_by)
        is distinct from row(old.id, old.name, old.products, old.mac_ranges, old.serials, old.quantity, old.stations, old.not_before,
            old.not_after, old.profile, old.key_source, old.created_by, old.created_at, old.file, old.signed_by)
        or (old.closed_at is not null and row(new.closed_at, new.closed_by) is distinct from row(old.closed_at, old.closed_by))
    then
        raise exception 'a production order is closed, never changed' using errcode = 'insufficient_privilege', hint = 'Make another one.';
    end if;
    return new;
end
$$;
create trigger unchangeable before update on sa.production_order for each row execute function sa.refuse_other_order();
alter table sa.production_order enable always trigger unchangeable;

grant select on sa.production_order to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (id, name, products, mac_ranges, serials, quantity, stations, not_before, not_after, profile, key_source, created_by, file, signed_by),
    update (closed_by, closed_at) on sa.production_order to sa_operator;

alter table sa.signing_request
    add order_id uuid,
    -- 1 for a unit's first certificate; each reissue counts on, and names the request before it in "succeeds".
    add issue smallint not null default 1 check (issue >= 1),
    add reissue_reason text check (reissue_reason in ('Scrap', 'Rework', 'Defect')),
    add constraint signing_request_reissue
        check (kind <> 'Device' or ((issue > 1) = (reissue_reason is not null) and (issue > 1) = (succeeds is not null)));
create index signing_request_order on sa.signing_request (order_id, id) where order_id is not null;

drop index sa.signing_request_mac;
drop index sa.signing_request_serial;
create unique index signing_request_mac on sa.signing_request (mac, issue) where kind = 'Device' and state not in ('Refused', 'Withdrawn', 'Failed');
create unique index signing_request_serial on sa.signing_request (serial, issue) where kind = 'Device' and state not in ('Refused', 'Withdrawn', 'Failed');

grant insert (order_id, issue, reissue_reason) on sa.signing_request to sa_api, sa_operator;

-- The counts belong to the owner of the tables: whoever inserts a device's request draws a unit, in the same statement.
create function sa.count_drawn() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
begin
    update sa.production_order o set drawn = o.drawn + f.units
    from (select order_id, count(*) as units from fresh where kind = 'Device' and issue = 1 and order_id is not null group by order_id) f
    where o.id = f.order_id;
    return null;
end
$$;
create trigger count_drawn after insert on sa.signing_request referencing new table as fresh for each statement execute function sa.count_drawn();
alter table sa.signing_request enable always trigger count_drawn;

create function sa.count_given_back() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
begin
    update sa.production_order set drawn = drawn + case when new.state in ('Refused', 'Withdrawn', 'Failed') then -1 else 1 end where id = new.order_id;
    return null;
end
$$;
create trigger count_given_back after update of state on sa.signing_request for each row
    when (new.kind = 'Device' and new.issue = 1 and new.order_id is not null
        and (old.state in ('Refused', 'Withdrawn', 'Failed')) <> (new.state in ('Refused', 'Withdrawn', 'Failed')))
    execute function sa.count_given_back();
alter table sa.signing_request enable always trigger count_given_back;
revoke execute on function sa.count_drawn, sa.count_given_back, sa.refuse_other_order from public;
