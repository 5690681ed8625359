-- Revocation, made effective. The front door and the operator write requests; the key room decides each of them anew and alone writes what is
-- revoked. CRL and OCSP are made of sa.revoked and of nothing else.

-- Which CRL a certificate names as its distribution point: 0 the authority's complete one.
alter table sa.intent add column crl_shard integer not null default 0;
-- Of its own and "not valid", so that no large table is read for it.
alter table sa.intent add constraint intent_crl_shard check (crl_shard >= 0) not valid;
grant insert (crl_shard) on sa.intent to sa_signer;

-- One row a certificate that is or was revoked or on hold.
create table sa.revoked (
    authority text not null,
    serial_number bytea not null,
    -- With authority: sa.certificate.
    request_id uuid not null,
    -- Copies, so that a CRL needs no join.
    crl_shard integer not null,
    not_after timestamptz not null,
    -- CRLReason (RFC 5280 §5.3.1): 6 while on hold; 8 was released and is effective no more.
    reason smallint not null check (reason in (0, 1, 2, 3, 4, 5, 6, 8, 9, 10)),
    -- The CRL's revocationDate has whole seconds.
    revoked_at timestamptz not null check (revoked_at = date_trunc('second', revoked_at)),
    -- Of the last change.
    xid xid8 not null default pg_current_xact_id(),
    -- As what somebody asked for the last change; Recall for that of a recall. Who held a certificate decides who may release it.
    asker text check (asker in ('Provider', 'Station', 'Officer', 'Operator', 'Possession', 'Succession', 'Recall')),
    recall_id uuid,
    primary key (authority, serial_number),
    unique (request_id, authority)
);
create index revoked_changed on sa.revoked (authority, xid);
create index revoked_shard on sa.revoked (authority, crl_shard, serial_number) where crl_shard > 0;
create index revoked_recall on sa.revoked (recall_id) where recall_id is not null;
call sa.make_undeletable('sa.revoked');

-- Nothing to revoked or held, held to revoked or released, released to held or revoked; and a key's loss outweighs every other reason. What
-- was on hold and is revoked for good is so since the hold (X.509 §9.5.3.1), and another reason is no later date.
create function sa.guard_revoked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        if new.reason = 8 then
            raise exception 'only what was on hold is released' using errcode = 'check_violation', constraint = 'revoked_transition';
        end if;
        return new;
    end if;
    if row(new.authority, new.serial_number, new.request_id, new.crl_shard, new.not_after)
        is distinct from row(old.authority, old.serial_number, old.request_id, old.crl_shard, old.not_after)
        or not (case old.reason when 6 then new.reason <> 6 when 8 then new.reason <> 8 else new.reason = 1 and old.reason <> 1 end)
        or (old.reason <> 8 and new.reason <> 8 and new.revoked_at <> old.revoked_at)
    then
        raise exception 'a revocation from reason % to % is none', old.reason, new.reason
            using errcode = 'check_violation', constraint = 'revoked_transition';
    end if;
    new.xid := pg_current_xact_id();
    return new;
end
$$;
create trigger transition before insert or update on sa.revoked for each row execute function sa.guard_revoked();
alter table sa.revoked enable always trigger transition;

-- Only what was issued is revoked, under the shard and the end that were intended; one look for all rows of a statement, as in 0014.
create function sa.require_issued() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    if (select count(*) from fresh f, lateral (
            select from sa.intent i join sa.certificate c using (request_id, authority)
            where i.authority = f.authority and i.serial_number = f.serial_number and i.request_id = f.request_id
                and i.crl_shard = f.crl_shard and i.not_after = f.not_after offset 0) found
        ) < (select count(*) from fresh) then
        raise exception 'only an issued certificate is revoked' using errcode = 'foreign_key_violation', constraint = 'revoked_of_certificate', table = tg_table_name;
    end if;
    return null;
end
$$;
create trigger of_certificate after insert on sa.revoked referencing new table as fresh for each statement execute function sa.require_issued();
alter table sa.revoked enable always trigger of_certificate;
revoke execute on function sa.guard_revoked, sa.require_issued from public;

grant select on sa.revoked to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator;
grant insert (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at, asker, recall_id), update (reason, revoked_at, asker, recall_id)
    on sa.revoked to sa_signer;

-- Requests. A row says who asks and as what; that it is there proves nothing, but for written_by and a signature that verifies.
alter table sa.revocation_request disable trigger append_only;
alter table sa.revocation_request
    drop constraint revocation_request_once,
    drop constraint revocation_request_reason_check,
    add constraint revocation_request_reason_check check (reason in ('unspecified', 'keyCompromise', 'cACompromise', 'affiliationChanged', 'superseded',
        'cessationOfOperation', 'certificateHold', 'removeFromCRL', 'privilegeWithdrawn', 'aACompromise')),
    add column action text not null default 'Revoke' check (action in ('Revoke', 'Hold', 'Release')),
    -- A provider, station or officer by its own word, an operator's command, the certificate's key, or a certificate that was issued in its place.
    add column asker text check (asker in ('Provider', 'Station', 'Officer', 'Operator', 'Possession', 'Succession')),
    -- Of the provider, the station's enrolment or the officer's registration.
    add column asker_id uuid,
    -- The issued request that took its place.
    add column replacement uuid,
    -- As the officer's statement says it: whole seconds, as they are signed, so that one statement is one row.
    add column stated_at timestamptz check (stated_at = date_trunc('second', stated_at) and stated_at between '2020-01-01Z' and '2200-01-01Z'),
    -- Over the statement: the officer's (ECDSA, DER), or the certificate's own (RSA PKCS#1 v1.5).
    add column signature bytea check (octet_length(signature) between 1 and 2048),
    -- Not for a writer to choose.
    add column written_by name not null default current_user,
    -- Asked for before the key room decided: neither counted nor limited, since it was a mark and no more.
    add column is_backlog boolean not null default false,
    add constraint revocation_request_action check ((action = 'Hold') = (reason = 'certificateHold') and (action = 'Release') = (reason = 'removeFromCRL')),
    add constraint revocation_request_by check (length(requested_by) between 1 and 200);
update sa.revocation_request v set
    is_backlog = true,
    asker = case when v.requested_by like 'station/%' then 'Station' else 'Provider' end,
    asker_id = coalesce(case when v.requested_by like 'station/%' then r.station_id else r.provider_id end, r.id)
from sa.signing_request r where r.id = v.request_id;
alter table sa.revocation_request alter column asker set not null,
    add constraint revocation_request_asker check ((asker in ('Provider', 'Station', 'Officer')) = (asker_id is not null)),
    add constraint revocation_request_signature check ((asker in ('Officer', 'Possession')) = (signature is not null)),
    add constraint revocation_request_stated check ((asker = 'Officer') = (stated_at is not null)),
    add constraint revocation_request_replacement check ((asker = 'Succession') = (replacement is not null));
alter table sa.revocation_request enable always trigger append_only;
create index revocation_request_certificate on sa.revocation_request (request_id, authority);
create index revocation_request_asker on sa.revocation_request (asker, asker_id);
-- An officer's statement is used once: a door that kept one can't put a certificate on hold again after its release.
create unique index revocation_request_statement on sa.revocation_request (asker_id, request_id, authority, action, stated_at) where asker = 'Officer';

-- What the key room decided. Unchanged: it was so already.
create table sa.revocation_outcome (
    revocation_id uuid primary key references sa.revocation_request,
    outcome text not null check (outcome in ('Effective', 'Unchanged', 'Refused')),
    violations jsonb not null default '[]' check (jsonb_typeof(violations) = 'array'),
    decided_at timestamptz not null default now()
);
-- What took effect lately is counted by when it did: when it was asked for is the start of the asker's transaction.
create index revocation_outcome_effective on sa.revocation_outcome (decided_at) where outcome = 'Effective';
call sa.make_append_only('sa.revocation_outcome');

-- The queue: filled by each request and emptied by each outcome, in their own statements.
create table sa.revocation_pending (
    revocation_id uuid primary key,
    authority text not null,
    -- Those of the house go before those that came through the front door, however many there are.
    by_door boolean not null,
    asked_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0.05);
create index revocation_pending_queue on sa.revocation_pending (authority, by_door, asked_at, revocation_id);

create function sa.queue_revocations() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    insert into sa.revocation_pending (revocation_id, authority, by_door) select id, authority, written_by = 'sa_api' from fresh;
    return null;
end
$$;
create trigger queued after insert on sa.revocation_request referencing new table as fresh for each statement execute function sa.queue_revocations();
alter table sa.revocation_request enable always trigger queued;

create function sa.settle_revocations() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    delete from sa.revocation_pending where revocation_id in (select revocation_id from fresh);
    return null;
end
$$;
create trigger settled after insert on sa.revocation_outcome referencing new table as fresh for each statement execute function sa.settle_revocations();
alter table sa.revocation_outcome enable always trigger settled;

-- Who decides has this row; the front door has no right to it, as it has to advisory locks.
create table sa.revocation_turn (
    one boolean primary key default true check (one)
);
insert into sa.revocation_turn default values;
grant select, update (one) on sa.revocation_turn to sa_signer;

-- A replacement asks for the revocation of what it replaces by being issued: a provider's of the same provider, a unit's of the same unit.
create function sa.revoke_succeeded() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, replacement)
    select gen_random_uuid(), c.request_id, c.authority,
        case new.reissue_reason when 'Scrap' then 'cessationOfOperation' else 'superseded' end, left(new.submitted_by, 200), 'Succession', new.id
    from (
        select p.id from sa.signing_request p
        where p.id = new.succeeds and p.kind = new.kind
            and (new.kind = 'ProvisioningServer' and p.provider_id = new.provider_id or new.kind = 'Device' and p.mac = new.mac)
        union all
        -- What was signed anew of the unit's former certificates (0027) goes with them.
        select p.id from sa.signing_request p where new.kind = 'Device' and p.kind = 'ResignedDevice' and p.mac = new.mac and p.issue < new.issue
    ) p join sa.certificate c on c.request_id = p.id;
    return null;
end
$$;
create trigger revoke_succeeded after update of state on sa.signing_request for each row
    when (new.succession = 'Replacement' and new.state = 'Issued' and old.state <> 'Issued') execute function sa.revoke_succeeded();
alter table sa.signing_request enable always trigger revoke_succeeded;

-- What is signed anew for a unit and key (0027) shares the lot of the key's other certificates: decided before it was issued, so that it was not
-- among those that the decision took along. Waits for a decision that is being made.
create function sa.revoke_resigned() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    perform from sa.revocation_turn for share;
    insert into sa.revocation_request (id, request_id, authority, action, reason, requested_by, asker, replacement)
    select gen_random_uuid(), c.request_id, c.authority, case found.reason when 6 then 'Hold' else 'Revoke' end,
        case found.reason when 0 then 'unspecified' when 1 then 'keyCompromise' when 3 then 'affiliationChanged' when 4 then 'superseded'
            when 5 then 'cessationOfOperation' when 6 then 'certificateHold' else 'privilegeWithdrawn' end,
        left(new.submitted_by, 200), 'Succession', new.succeeds
    from sa.certificate c, lateral (
        select r.reason from (
            select id from sa.signing_request where kind = 'Device' and active and mac = new.mac and issue = new.issue
            union all
            select id from sa.signing_request where kind = 'ResignedDevice' and active and mac = new.mac and issue = new.issue
        ) p join sa.certificate k on k.request_id = p.id join sa.revoked r on r.request_id = k.request_id and r.authority = k.authority
        where k.spki_sha256 = c.spki_sha256 and r.reason <> 8
        order by r.reason = 1 desc, r.reason = 6 limit 1
    ) found
    where c.request_id = new.id;
    return null;
end
$$;
create trigger revoke_resigned after update of state on sa.signing_request for each row
    when (new.kind = 'ResignedDevice' and new.state = 'Issued' and old.state <> 'Issued') execute function sa.revoke_resigned();
alter table sa.signing_request enable always trigger revoke_resigned;
revoke execute on function sa.queue_revocations, sa.settle_revocations, sa.revoke_succeeded, sa.revoke_resigned from public;

-- What was on record before this file is decided like the rest.
insert into sa.revocation_pending (revocation_id, authority, by_door, asked_at) select id, authority, true, requested_at from sa.revocation_request;
insert into sa.revocation_request (id, request_id, authority, reason, requested_by, requested_at, asker, replacement)
select gen_random_uuid(), c.request_id, c.authority, 'superseded', left(s.submitted_by, 200), s.finished_at, 'Succession', s.id
from sa.signing_request s
    join sa.signing_request p on p.id = s.succeeds and p.provider_id = s.provider_id
    join sa.certificate c on c.request_id = p.id
where s.succession = 'Replacement' and s.state = 'Issued' and s.kind = 'ProvisioningServer';

alter table sa.revocation_request enable row level security;
create policy read on sa.revocation_request for select to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator using (true);
create policy door on sa.revocation_request for insert to sa_api with check (asker in ('Provider', 'Station', 'Officer', 'Possession'));
create policy operator on sa.revocation_request for insert to sa_operator with check (asker = 'Operator');
grant insert (action, asker, asker_id, stated_at, signature) on sa.revocation_request to sa_api;
grant insert (id, request_id, authority, action, reason, note, requested_by, asker, asker_id, stated_at, signature) on sa.revocation_request to sa_operator;
grant select on sa.revocation_outcome to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator;
grant select on sa.revocation_pending to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (revocation_id, outcome, violations) on sa.revocation_outcome to sa_signer;

-- Many at once. An operator names them, two officers sign the digest over the very set, the key room takes the digest again.
create table sa.recall (
    id uuid primary key,
    lane text not null check (lane in ('Provider', 'Device')),
    action text not null check (action in ('Revoke', 'Hold', 'Release')),
    reason text not null check (reason in ('unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation',
        'certificateHold', 'removeFromCRL', 'privilegeWithdrawn')),
    note text check (length(note) <= 1000),
    -- How the operator chose them, for people.
    selection text not null check (length(selection) between 1 and 1000),
    members integer not null check (members > 0),
    -- Over "authority serial" lines in their order; see RecallMembers.
    members_sha256 bytea not null check (octet_length(members_sha256) = 32),
    requested_by text not null check (length(requested_by) between 1 and 200),
    requested_at timestamptz not null default now(),
    written_by name not null default current_user,
    state text not null default 'AwaitingApproval' check (state in ('AwaitingApproval', 'Approved', 'Effective', 'Refused', 'Expired')),
    violations jsonb not null default '[]',
    settled_at timestamptz,
    -- The last member that took effect: an interrupted recall goes on behind it, and what was released since stays released.
    done_authority text,
    done_serial bytea,
    check ((action = 'Hold') = (reason = 'certificateHold') and (action = 'Release') = (reason = 'removeFromCRL')),
    check ((state in ('Effective', 'Refused', 'Expired')) = (settled_at is not null))
);
create index recall_open on sa.recall (lane, requested_at) where state in ('AwaitingApproval', 'Approved');
call sa.make_undeletable('sa.recall');
create trigger final_state before update on sa.recall for each row
    when (old.state in ('Effective', 'Refused', 'Expired') or old.state = 'Approved' and new.state not in ('Approved', 'Effective')) execute function sa.refuse_change();
alter table sa.recall enable always trigger final_state;

create table sa.recall_member (
    recall_id uuid not null references sa.recall,
    -- In the order of the digest, so that the key serves it.
    authority text collate "C" not null,
    serial_number bytea not null,
    request_id uuid not null,
    primary key (recall_id, authority, serial_number)
);
call sa.make_append_only('sa.recall_member');

create table sa.recall_approval (
    recall_id uuid not null references sa.recall,
    officer_id uuid not null references sa.officer,
    decision text not null check (decision in ('Approve', 'Refuse')),
    reason text not null check (length(reason) between 1 and 500),
    -- As the officer's statement says it.
    decided_at timestamptz not null,
    signature bytea not null check (octet_length(signature) between 1 and 128),
    recorded_at timestamptz not null default now(),
    primary key (recall_id, officer_id)
);
call sa.make_append_only('sa.recall_approval');

grant select on sa.recall, sa.recall_member, sa.recall_approval to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (id, lane, action, reason, note, selection, members, members_sha256, requested_by) on sa.recall to sa_operator;
grant insert (recall_id, authority, serial_number, request_id) on sa.recall_member to sa_operator;
grant insert (recall_id, officer_id, decision, reason, decided_at, signature) on sa.recall_approval to sa_api;
grant update (state, violations, settled_at, done_authority, done_serial) on sa.recall to sa_signer;

-- Which certificates are revoked or to be, and why: one row each, holds left out. What the key room refused is no revocation.
create or replace view sa.certificate_revocation as
select distinct on (request_id, authority) request_id, authority, reason, note, requested_by, at, replacement
from (
    select v.request_id, v.authority, v.reason, v.note, v.requested_by, v.requested_at as at, v.replacement
    from sa.revocation_request v
    where v.action = 'Revoke' and not exists (select from sa.revocation_outcome o where o.revocation_id = v.id and o.outcome = 'Refused')
    union all
    select r.request_id, r.authority, c.reason, c.note, c.requested_by, r.revoked_at, null::uuid
    from sa.revoked r join sa.recall c on c.id = r.recall_id
    where r.reason not in (6, 8) and c.action = 'Revoke'
) found
order by request_id, authority, reason = 'keyCompromise' desc, at;

-- The same for one certificate.
create function sa.is_to_be_revoked(of_request uuid, of_authority text) returns boolean language sql stable as $$
    select exists (select from sa.revocation_request v where v.request_id = of_request and v.authority = of_authority and v.action = 'Revoke'
            and not exists (select from sa.revocation_outcome o where o.revocation_id = v.id and o.outcome = 'Refused'))
        or exists (select from sa.revoked r where r.request_id = of_request and r.authority = of_authority and r.reason not in (6, 8))
$$;
revoke execute on function sa.is_to_be_revoked from public;
grant execute on function sa.is_to_be_revoked to sa_api, sa_signer, sa_auditor, sa_operator;

-- The front door may not read intents, and their index finds a certificate by what it is: issuer and serial number.
create function sa.request_of_serial(of_authority text, of_serial bytea) returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.request_id from sa.intent i join sa.certificate c using (request_id, authority) where i.authority = of_authority and i.serial_number = of_serial
$$;
revoke execute on function sa.request_of_serial from public;
grant execute on function sa.request_of_serial to sa_api, sa_signer, sa_operator;

-- That a certificate is revoked is said by the role that decides it.
alter table sa.log_entry add constraint log_entry_revoked_by_signer
    check (type not in ('certificate.revoked', 'certificate.held', 'certificate.released') or written_by = 'sa_signer') not valid;
