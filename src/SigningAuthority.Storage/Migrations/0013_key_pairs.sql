-- Key pairs that the authority makes for devices that can't. Never a private key: what lies here is an envelope that the key room made for
-- the station's own certificate, as operators enrolled it; the front door can't name another recipient. It lies here until the station
-- says that it has the key, or its days are over.

create table sa.key_pair (
    id uuid primary key,
    -- No foreign keys, as in sa.signing_request.
    order_id uuid not null,
    station_id uuid not null,
    mac text not null check (mac ~ '^[0-9A-F]{12}$'),
    serial text not null,
    product text not null,
    -- As in sa.signing_request: 1 for a unit's first key, n + 1 for that of a reissue.
    issue smallint not null default 1 check (issue >= 1),
    requested_by text not null,
    requested_at timestamptz not null default now(),
    state text not null default 'Wanted' check (state in ('Wanted', 'Made', 'Refused', 'Erased', 'Abandoned')),
    -- The request that the new key signed: what the device's certificate is asked for with.
    csr bytea check (octet_length(csr) <= 16384),
    spki_sha256 bytea check (octet_length(spki_sha256) = 32),
    -- Of the station's certificate.
    recipient_sha256 bytea check (octet_length(recipient_sha256) = 32),
    -- CMS EnvelopedData (RFC 5652 §6) around PKCS#8, DER.
    envelope bytea check (octet_length(envelope) <= 16384),
    made_at timestamptz,
    violations jsonb not null default '[]',
    erased_at timestamptz,
    erased_by text,
    check (state = 'Abandoned' or (state in ('Made', 'Erased')) = (csr is not null)),
    check ((csr is null) = (spki_sha256 is null) and (csr is null) = (recipient_sha256 is null) and (csr is null) = (made_at is null)),
    check ((state = 'Made') = (envelope is not null)),
    -- What is abandoned is erased too, if it was not before.
    check ((state in ('Erased', 'Abandoned')) = (erased_at is not null) and (erased_at is null) = (erased_by is null))
);

-- A station that repeats itself gets what it got before, unless an operator has abandoned that.
create unique index key_pair_unit on sa.key_pair (mac, serial, product, issue) where state not in ('Refused', 'Abandoned');
create unique index key_pair_key on sa.key_pair (spki_sha256) where spki_sha256 is not null;
create index key_pair_wanted on sa.key_pair (requested_at, id) where state = 'Wanted';
create index key_pair_kept on sa.key_pair (made_at) where state = 'Made';

call sa.make_undeletable('sa.key_pair');
create trigger final_state before update on sa.key_pair for each row
    when (old.state in ('Refused', 'Abandoned') or old.state = 'Erased' and new.state <> 'Abandoned') execute function sa.refuse_change();
alter table sa.key_pair enable always trigger final_state;

alter table sa.key_pair enable row level security;
create policy read on sa.key_pair for select to sa_api, sa_signer, sa_auditor, sa_operator using (true);
create policy door on sa.key_pair for insert to sa_api with check (true);
create policy delivered on sa.key_pair for update to sa_api using (state = 'Made') with check (state = 'Erased');
create policy key_room on sa.key_pair for update to sa_signer using (state in ('Wanted', 'Made')) with check (true);
create policy abandoned on sa.key_pair for update to sa_operator using (state in ('Wanted', 'Made', 'Erased')) with check (state = 'Abandoned');

grant select on sa.key_pair to sa_api, sa_signer;
grant select (id, order_id, station_id, mac, serial, product, issue, requested_by, requested_at, state, spki_sha256, recipient_sha256, made_at,
    violations, erased_at, erased_by) on sa.key_pair to sa_auditor, sa_operator;
grant insert (id, order_id, station_id, mac, serial, product, issue, requested_by) on sa.key_pair to sa_api;
grant update (state, envelope, erased_at, erased_by) on sa.key_pair to sa_api, sa_operator;
grant update (state, csr, spki_sha256, recipient_sha256, envelope, made_at, violations, erased_at, erased_by) on sa.key_pair to sa_signer;
