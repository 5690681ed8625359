-- A reissue draws no unit, so it is bounded by itself: an order has as many reissues as units, counted here like these, where the front
-- door can neither count wrong nor leave it out. One that was taken over can still use them up, for units of the station that it speaks
-- for: that the station asked is the door's word. So is the revocation that goes before each; both stand in the log.

alter table sa.production_order
    -- Requests with issue > 1 that are not Refused, Withdrawn or Failed.
    add reissued integer not null default 0 check (reissued >= 0),
    add constraint production_order_reissued check (reissued <= quantity);

-- What there was before it was counted may be more than is allowed now: then no more are.
update sa.production_order o set reissued = least(o.quantity, r.reissues)
from (select order_id, count(*) as reissues from sa.signing_request where kind = 'Device' and issue > 1 and active and order_id is not null group by order_id) r
where o.id = r.order_id;

create or replace function sa.count_drawn() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
begin
    update sa.production_order o set drawn = o.drawn + f.units, reissued = o.reissued + f.reissues
    from (select order_id, count(*) filter (where issue = 1) as units, count(*) filter (where issue > 1) as reissues
        from fresh where kind = 'Device' and order_id is not null group by order_id) f
    where o.id = f.order_id;
    return null;
end
$$;

create or replace function sa.count_given_back() returns trigger security definer set search_path = pg_catalog language plpgsql as $$
declare
    change integer := case when new.state in ('Refused', 'Withdrawn', 'Failed') then -1 else 1 end;
begin
    update sa.production_order
    set drawn = drawn + case when new.issue = 1 then change else 0 end, reissued = greatest(reissued + case when new.issue > 1 then change else 0 end, 0)
    where id = new.order_id;
    return null;
end
$$;
drop trigger count_given_back on sa.signing_request;
create trigger count_given_back after update of state on sa.signing_request for each row
    when (new.kind = 'Device' and new.order_id is not null
        and (old.state in ('Refused', 'Withdrawn', 'Failed')) <> (new.state in ('Refused', 'Withdrawn', 'Failed')))
    execute function sa.count_given_back();
alter table sa.signing_request enable always trigger count_given_back;
