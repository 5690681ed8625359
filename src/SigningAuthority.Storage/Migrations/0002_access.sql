-- Who may ask: providers and their names, bearer tokens, factory stations. Only operator commands write here.

create table sa.provider (
    id uuid primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    created_at timestamptz not null default now()
);

create table sa.provider_name (
    id uuid primary key,
    provider_id uuid not null references sa.provider,
    suffix text not null check (suffix = lower(suffix)),
    include_subdomains boolean not null,
    registered_at timestamptz not null default now(),
    registered_by text not null,
    withdrawn_at timestamptz
);
-- A name has one holder at a time.
create unique index provider_name_active on sa.provider_name (suffix) where withdrawn_at is null;
create index provider_name_provider on sa.provider_name (provider_id) where withdrawn_at is null;

create table sa.access_token (
    id uuid primary key,
    token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
    role text not null check (role in ('provider', 'auditor', 'operator')),
    provider_id uuid references sa.provider,
    label text not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    check ((role = 'provider') = (provider_id is not null))
);

create table sa.station (
    id uuid primary key,
    name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
    request_id uuid not null,
    certificate_sha256 bytea not null unique check (octet_length(certificate_sha256) = 32),
    certificate bytea not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
-- A revoked station may be enrolled again under its name; two of one name never work at the same time.
create unique index station_active on sa.station (name) where revoked_at is null;

call sa.make_undeletable('sa.provider');
call sa.make_undeletable('sa.provider_name');
call sa.make_undeletable('sa.access_token');
call sa.make_undeletable('sa.station');

grant select on sa.provider, sa.provider_name, sa.access_token, sa.station to sa_api;
grant select on sa.provider, sa.provider_name, sa.station to sa_signer;
grant select on sa.provider, sa.provider_name, sa.station to sa_auditor;
grant select (id, role, provider_id, label, created_at, created_by, expires_at, revoked_at) on sa.access_token to sa_auditor;

grant select on sa.provider, sa.provider_name, sa.access_token, sa.station to sa_operator;
grant insert (id, name) on sa.provider to sa_operator;
grant insert (id, provider_id, suffix, include_subdomains, registered_by), update (withdrawn_at) on sa.provider_name to sa_operator;
grant insert (id, token_sha256, role, provider_id, label, created_by, expires_at), update (revoked_at) on sa.access_token to sa_operator;
grant insert (id, name, request_id, certificate_sha256, certificate), update (revoked_at) on sa.station to sa_operator;
