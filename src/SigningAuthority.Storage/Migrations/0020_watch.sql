-- Providers watch their names: every certificate for one of them, whoever asked for it, by API and feed, and by notices to the contacts
-- that want them. What is watched is the log, in its order.

-- The few entries that are about a server's certificate. A name's end comes first, so that all that lies below a name stands together,
-- by its octets. A device's entry has its MAC, and no part in either index.
create index log_entry_server_name on sa.log_entry ((reverse(subject) collate "C")) where type = 'certificate.issued' and mac is null;
create index log_entry_server_place on sa.log_entry (xid, id) where type = 'certificate.issued' and mac is null;

-- How far the planner of notices has looked. What was issued before this migration is not told of.
create table sa.watch_cursor (
    singleton boolean primary key default true check (singleton),
    -- Index of the last entry of the log that was looked at; -1 before the first.
    log_index bigint not null check (log_index >= -1)
);
insert into sa.watch_cursor (log_index) select coalesce(max(index), -1) from sa.log_leaf;
call sa.make_undeletable('sa.watch_cursor');
create trigger onwards before update on sa.watch_cursor for each row when (new.log_index < old.log_index) execute function sa.refuse_change();
alter table sa.watch_cursor enable always trigger onwards;
grant select on sa.watch_cursor to sa_signer, sa_auditor, sa_operator;
grant update (log_index) on sa.watch_cursor to sa_signer;

-- What a contact is told: until now that certificates end, and that stays what it is told unless it was added for more.
alter table sa.contact add about text[] not null default '{Expiry}'
    check (cardinality(about) > 0 and about <@ array['Expiry', 'Issuance']);
grant select (about) on sa.contact to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (about) on sa.contact to sa_api;

alter table sa.notice
    drop constraint notice_kind_check,
    drop constraint notice_check,
    add constraint notice_kind check (kind in ('Expiry', 'Issuance', 'Test')),
    add constraint notice_subject check (
        (kind = 'Test') = (request_id is null) and (kind = 'Test') = (authority is null) and (kind = 'Expiry') = (days_before is not null)
    );
create unique index notice_issuance_once on sa.notice (request_id, authority, contact_id) where kind = 'Issuance';
alter policy planner on sa.notice
    with check ((kind = 'Expiry' and state in ('Pending', 'Skipped')) or (kind = 'Issuance' and state = 'Pending'));
