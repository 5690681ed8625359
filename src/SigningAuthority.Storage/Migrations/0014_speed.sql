-- What a certificate costs here. A row of sa.signing_request has three versions in its life (queued, leased, finished), and each version
-- had an entry in every index as long as one index named what had changed. The indexes name the three columns below instead, which
-- change less often than the state: that a Signer leases a row is then a HOT update, which touches no index at all.

alter table sa.signing_request
    -- Counts for the promises of uniqueness.
    add active boolean not null generated always as (state not in ('Refused', 'Withdrawn', 'Failed')) stored,
    -- A Signer's to do or being done.
    add open boolean not null generated always as (state in ('Queued', 'Signing')) stored,
    -- Waits for people.
    add waiting boolean not null generated always as (state in ('AwaitingApproval', 'Failed')) stored,
    -- Room for a row's second version on its page, and mostly for its third.
    set (fillfactor = 55);

drop index sa.signing_request_mac, sa.signing_request_serial, sa.signing_request_device_key, sa.signing_request_queue,
    sa.signing_request_unfinished, sa.signing_request_tenant_unfinished, sa.signing_request_awaiting;
create unique index signing_request_mac on sa.signing_request (mac, issue) where kind = 'Device' and active;
create unique index signing_request_serial on sa.signing_request (serial, issue) where kind = 'Device' and active;
create unique index signing_request_device_key on sa.signing_request (spki_sha256) where kind = 'Device' and active;
-- By when it came in: due_at changes with each lease.
create index signing_request_open on sa.signing_request (lane, submitted_at) where open;
create index signing_request_waiting on sa.signing_request (lane, id) where waiting;
create index signing_request_tenant_unfinished on sa.signing_request (provider_id) where provider_id is not null and (open or waiting);
create index signing_request_awaiting on sa.signing_request (approval_expires_at) where waiting;

-- A foreign key asks once for each row and locks the row it finds. What these two refer to is never removed nor renumbered (the tables
-- above and below are undeletable, their keys are granted to nobody), so a look for all rows of a statement at once promises the same.
-- "offset 0" keeps it a look at an index for each.
alter table sa.intent drop constraint intent_request_id_fkey;
alter table sa.certificate drop constraint certificate_request_id_authority_fkey;

create function sa.require_request() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    if (select count(*) from fresh f, lateral (select from sa.signing_request r where r.id = f.request_id offset 0) found) < (select count(*) from fresh) then
        raise exception 'an intent is one of a request' using errcode = 'foreign_key_violation', constraint = 'intent_of_request', table = tg_table_name;
    end if;
    return null;
end
$$;
create trigger of_request after insert on sa.intent referencing new table as fresh for each statement execute function sa.require_request();
alter table sa.intent enable always trigger of_request;

create function sa.require_intent() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    if (select count(*) from fresh f, lateral (
            select from sa.intent i where i.request_id = f.request_id and i.authority = f.authority and i.serial_number = f.serial_number offset 0) found
        ) < (select count(*) from fresh) then
        raise exception 'a certificate is what was intended' using errcode = 'foreign_key_violation', constraint = 'certificate_of_intent', table = tg_table_name;
    end if;
    return null;
end
$$;
create trigger of_intent after insert on sa.certificate referencing new table as fresh for each statement execute function sa.require_intent();
alter table sa.certificate enable always trigger of_intent;
revoke execute on function sa.require_request, sa.require_intent from public;

-- A device's entries have its MAC as their subject: that index finds them. This one is for the others.
drop index sa.log_entry_mac;
create index log_entry_mac on sa.log_entry (mac) where mac is not null and subject is distinct from mac;
