-- Units of a production order that are held for one station until a moment, for a line that may lose its link. What is held counts
-- against the order's quantity in the same row and under the same check as what is drawn: both together never exceed it.

alter table sa.production_order
    add reserved integer not null default 0 check (reserved >= 0),
    drop constraint production_order_quantity,
    add constraint production_order_quantity check (drawn + reserved <= quantity);

create table sa.reservation (
    id uuid primary key,
    station_id uuid not null references sa.station,
    order_id uuid not null references sa.production_order,
    -- The station's own name for it: whoever asks twice gets the same reservation.
    key text not null check (key ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    units integer not null check (units between 1 and 10000),
    product text not null,
    -- One a unit where we assign them; empty where the line has labels of its own.
    macs text[] not null,
    serials text[] not null,
    expires_at timestamptz not null,
    created_by text not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text check (outcome in ('Released', 'Expired')),
    constraint reservation_key unique (station_id, key),
    check (cardinality(macs) in (0, units) and cardinality(serials) in (0, units)),
    check (cardinality(serials) = 0 or cardinality(macs) > 0),
    check ((ended_at is null) = (outcome is null))
);
create index reservation_open on sa.reservation (expires_at) where ended_at is null;
call sa.make_undeletable('sa.reservation');

create table sa.reserved_unit (
    reservation_id uuid not null references sa.reservation,
    number integer not null,
    order_id uuid not null,
    station_id uuid not null,
    mac text,
    serial text,
    -- Neither drawn nor given back.
    held boolean not null default true,
    -- What drew it.
    request_id uuid,
    primary key (reservation_id, number),
    check (request_id is null or not held)
) with (fillfactor = 80);
-- No two lines are given one address or one label.
create unique index reserved_unit_mac on sa.reserved_unit (mac) where held;
create unique index reserved_unit_serial on sa.reserved_unit (serial) where held;
create unique index reserved_unit_request on sa.reserved_unit (request_id) where request_id is not null;
create index reserved_unit_free on sa.reserved_unit (order_id, station_id, reservation_id, number) where held and mac is null;
call sa.make_undeletable('sa.reserved_unit');

grant select on sa.reservation, sa.reserved_unit to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (id, station_id, order_id, key, units, product, macs, serials, expires_at, created_by) on sa.reservation to sa_api;
-- Ended by its station, or by time.
grant update (ended_at, outcome) on sa.reservation to sa_api, sa_signer;

-- Units are held, drawn and given back by the owner of the tables alone. The order's row is locked first, always: what another
-- transaction does to the same order is over when the rest is looked at.
create function sa.hold_units() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
begin
    update sa.production_order set reserved = reserved + new.units where id = new.order_id;
    if exists (select from sa.signing_request where mac = any(new.macs) and kind = 'Device' and active)
        or exists (select from sa.signing_request where serial = any(new.serials) and kind = 'Device' and active)
    then
        raise exception 'an address or serial number is taken' using errcode = 'unique_violation', constraint = 'reserved_unit_taken';
    end if;
    insert into sa.reserved_unit (reservation_id, number, order_id, station_id, mac, serial)
    select new.id, u.number, new.order_id, new.station_id, u.mac, u.serial
    from rows from (generate_series(1, new.units), unnest(new.macs), unnest(new.serials)) as u(number, mac, serial);
    return null;
end
$$;
create trigger hold_units after insert on sa.reservation for each row execute function sa.hold_units();
alter table sa.reservation enable always trigger hold_units;

create function sa.give_back_units() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
declare
    given_back integer;
begin
    if old.ended_at is not null then
        raise exception 'a reservation ends once' using errcode = 'insufficient_privilege';
    end if;
    perform from sa.production_order where id = new.order_id for update;
    update sa.reserved_unit set held = false where reservation_id = new.id and held;
    get diagnostics given_back = row_count;
    update sa.production_order set reserved = reserved - given_back where id = new.order_id;
    return null;
end
$$;
create trigger give_back_units after update on sa.reservation for each row when (new.ended_at is not null) execute function sa.give_back_units();
alter table sa.reservation enable always trigger give_back_units;

create or replace function sa.count_drawn() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
begin
    -- As long as nothing is reserved, as on most lines, drawing costs what it did.
    if not exists (select from sa.reservation where ended_at is null) then
        update sa.production_order o set drawn = o.drawn + f.units, reissued = o.reissued + f.reissues
        from (select order_id, count(*) filter (where issue = 1) as units, count(*) filter (where issue > 1) as reissues
            from fresh where kind = 'Device' and order_id is not null group by order_id) f
        where o.id = f.order_id;
        return null;
    end if;

    perform from sa.production_order where id in (select order_id from fresh where kind = 'Device' and issue = 1) order by id for update;
    if exists (
        select from fresh f join sa.reserved_unit u on u.mac = f.mac and u.held
        where f.kind = 'Device' and f.issue = 1
            and ((u.station_id, u.order_id) is distinct from (f.station_id, f.order_id) or u.serial <> f.serial)
    ) or exists (
        select from fresh f join sa.reserved_unit u on u.serial = f.serial and u.held
        where f.kind = 'Device' and f.issue = 1 and u.mac <> f.mac
    ) then
        raise exception 'a unit is held for another draw' using errcode = 'check_violation', constraint = 'reserved_unit_of_another';
    end if;

    -- A unit that was assigned is drawn by its address, any other by whatever the station draws from the order, oldest reservation first.
    update sa.reserved_unit u set held = false, request_id = f.id
    from fresh f where f.kind = 'Device' and f.issue = 1 and u.mac = f.mac and u.held;
    with asking as (
        select f.id, f.order_id, f.station_id, row_number() over (partition by f.order_id, f.station_id order by f.id) as place
        from fresh f
        where f.kind = 'Device' and f.issue = 1 and not exists (select from sa.reserved_unit u where u.request_id = f.id)
    ), free as (
        select u.reservation_id, u.number, g.order_id, g.station_id,
            row_number() over (partition by g.order_id, g.station_id order by u.reservation_id, u.number) as place
        from (select order_id, station_id, count(*) as units from asking group by order_id, station_id) g
            cross join lateral (
                select reservation_id, number from sa.reserved_unit
                where order_id = g.order_id and station_id = g.station_id and held and mac is null
                order by reservation_id, number limit g.units
            ) u
    )
    update sa.reserved_unit u set held = false, request_id = a.id
    from free join asking a using (order_id, station_id, place)
    where u.reservation_id = free.reservation_id and u.number = free.number;

    update sa.production_order o set drawn = o.drawn + f.units, reissued = o.reissued + f.reissues, reserved = o.reserved - f.held
    from (
        select f.order_id, count(*) filter (where f.issue = 1) as units, count(*) filter (where f.issue > 1) as reissues, count(u.request_id) as held
        from fresh f left join sa.reserved_unit u on u.request_id = f.id
        where f.kind = 'Device' and f.order_id is not null group by f.order_id
    ) f
    where o.id = f.order_id;
    return null;
end
$$;

-- A unit that comes to nothing goes back to the reservation that it was drawn from, as long as that is open; a reissue draws none.
create or replace function sa.count_given_back() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
declare
    moved integer;
begin
    perform from sa.production_order where id = new.order_id for update;
    if new.issue > 1 then
        update sa.production_order
        set reissued = greatest(reissued + case when new.state in ('Refused', 'Withdrawn', 'Failed') then -1 else 1 end, 0)
        where id = new.order_id;
        return null;
    end if;
    if new.state in ('Refused', 'Withdrawn', 'Failed') then
        update sa.reserved_unit u set held = true, request_id = null
        from sa.reservation r where u.request_id = new.id and r.id = u.reservation_id and r.ended_at is null;
        get diagnostics moved = row_count;
        update sa.production_order set drawn = drawn - 1, reserved = reserved + moved where id = new.order_id;
    else
        update sa.reserved_unit set held = false, request_id = new.id
        where mac = new.mac and held and order_id = new.order_id and station_id = new.station_id;
        get diagnostics moved = row_count;
        update sa.production_order set drawn = drawn + 1, reserved = reserved - moved where id = new.order_id;
    end if;
    return null;
end
$$;
revoke execute on function sa.hold_units, sa.give_back_units from public;
