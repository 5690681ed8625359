-- The request row is the queue. Its state is the truth; the front door inserts rows and can do nothing else to them.

create table sa.signing_request (
    id uuid primary key,
    kind text not null check (kind in ('ProvisioningServer', 'Device', 'Station', 'ServiceTls')),
    lane text not null check (lane in ('Provider', 'Device')),
    state text not null default 'Queued'
        check (state in ('AwaitingApproval', 'Queued', 'Signing', 'Issued', 'Refused', 'Withdrawn', 'Failed')),
    -- No foreign keys for these two: nothing is ever deleted there, and a key-share lock on one station's row by every
    -- device's insert would make a multixact of each.
    provider_id uuid,
    station_id uuid,
    csr bytea not null check (octet_length(csr) <= 16384),
    csr_sha256 bytea not null check (octet_length(csr_sha256) = 32),
    spki_sha256 bytea not null check (octet_length(spki_sha256) = 32),
    fqdn text,
    mac text check (mac ~ '^[0-9A-F]{12}$'),
    serial text,
    product text,
    devices text[] not null default '{}',
    authorities text[] not null check (cardinality(authorities) > 0),
    profile text,
    idempotency_key text check (length(idempotency_key) between 1 and 255),
    note text,
    submitted_by text not null,
    submitted_at timestamptz not null default now(),
    attempts integer not null default 0 check (attempts >= 0),
    -- Claimable from this moment on; while Signing it is the end of the lease. One column, one index for both.
    due_at timestamptz not null default now(),
    leased_by uuid,
    violations jsonb not null default '[]',
    failure text,
    finished_at timestamptz,
    check (kind <> 'ProvisioningServer' or (provider_id is not null and fqdn is not null)),
    check (kind <> 'Device' or (mac is not null and serial is not null and product is not null)),
    check ((state = 'Signing') = (leased_by is not null)),
    check ((state in ('Issued', 'Refused', 'Withdrawn', 'Failed')) = (finished_at is not null))
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);

-- Not partitioned: these promises hold over all time, and a partitioned table can only promise within a partition.
create unique index signing_request_idempotency_key on sa.signing_request (provider_id, idempotency_key) where idempotency_key is not null;
create unique index signing_request_mac on sa.signing_request (mac) where kind = 'Device' and state not in ('Refused', 'Withdrawn', 'Failed');
create unique index signing_request_serial on sa.signing_request (serial) where kind = 'Device' and state not in ('Refused', 'Withdrawn', 'Failed');
create unique index signing_request_device_key on sa.signing_request (spki_sha256) where kind = 'Device' and state not in ('Refused', 'Withdrawn', 'Failed');
create index signing_request_other_key on sa.signing_request (spki_sha256) where kind <> 'Device';
create index signing_request_queue on sa.signing_request (lane, due_at, id) where state in ('Queued', 'Signing');
create index signing_request_provider on sa.signing_request (provider_id, id) where provider_id is not null;
create index signing_request_unfinished on sa.signing_request (state, lane, id) where state in ('AwaitingApproval', 'Queued', 'Signing', 'Failed');

call sa.make_undeletable('sa.signing_request');
-- Issued, Refused and Withdrawn are for ever; Failed may go back to Queued.
create trigger final_state before update on sa.signing_request for each row
    when (old.state in ('Issued', 'Refused', 'Withdrawn')) execute function sa.refuse_change();
alter table sa.signing_request enable always trigger final_state;

-- Which rows a role may write is said by row-level security, which columns by grants.
alter table sa.signing_request enable row level security;
create policy read on sa.signing_request for select to sa_api, sa_signer, sa_auditor, sa_operator using (true);
create policy door on sa.signing_request for insert to sa_api with check (kind in ('ProvisioningServer', 'Device'));
create policy operator on sa.signing_request for insert to sa_operator with check (kind in ('Station', 'ServiceTls'));
create policy key_room on sa.signing_request for update to sa_signer using (state in ('Queued', 'Signing')) with check (true);
create policy retry on sa.signing_request for update to sa_operator using (state = 'Failed') with check (state = 'Queued');

grant select on sa.signing_request to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (id, kind, lane, provider_id, station_id, csr, csr_sha256, spki_sha256, fqdn, mac, serial, product, devices, authorities,
    profile, idempotency_key, note, submitted_by) on sa.signing_request to sa_api, sa_operator;
grant update (state, attempts, due_at, leased_by, violations, failure, finished_at) on sa.signing_request to sa_signer;
grant update (state, attempts, due_at, failure, finished_at) on sa.signing_request to sa_operator;

-- What each Signer says of itself; the front door's readiness reads it.
create table sa.signer_heartbeat (
    instance uuid primary key,
    lane text[] not null,
    token_ok boolean not null,
    token_detail text not null,
    at timestamptz not null default now()
) with (fillfactor = 50);
grant select on sa.signer_heartbeat to sa_api, sa_auditor, sa_operator;
grant select, insert, update, delete on sa.signer_heartbeat to sa_signer;
