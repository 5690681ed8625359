-- Names that providers prove themselves, and what DNS says of the names that they ask certificates for. The front door writes down
-- what is to be looked at; only Outreach, which looks, writes down what it saw and makes a name proven.

create table sa.name_challenge (
    id uuid primary key,
    provider_id uuid not null references sa.provider,
    -- A certificate's CN has 64 characters at most: a longer name can't be asked for.
    name text not null check (name = lower(name) and length(name) between 3 and 64),
    include_subdomains boolean not null,
    method text not null check (method in ('Dns', 'Http')),
    -- Public once the proof stands in DNS. Nothing rests on its being secret: the value that must be found is made of it, the tenant and the name.
    token bytea not null unique check (octet_length(token) = 32),
    created_by text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    state text not null default 'Open' check (state in ('Open', 'Proven', 'Failed')),
    finished_at timestamptz,
    -- CA/B BR 3.2.2.4.18: a file at one host says nothing of the names below it.
    check (method = 'Dns' or not include_subdomains),
    check (expires_at <= created_at + interval '31 days'),
    check ((state = 'Open') = (finished_at is null)),
    unique (id, provider_id, name, include_subdomains)
);
create index name_challenge_provider on sa.name_challenge (provider_id, id);

-- One look at a challenge's place. The door asks for it, Outreach claims it and says what came out.
create table sa.name_check (
    id uuid primary key,
    challenge_id uuid not null references sa.name_challenge,
    asked_by text not null,
    asked_at timestamptz not null default now(),
    leased_by uuid,
    lease_until timestamptz,
    finished_at timestamptz,
    code text check (code ~ '^[a-z0-9-]{1,64}$'),
    seen text check (length(seen) <= 500),
    check ((finished_at is null) = (code is null)),
    check ((finished_at is null) = (seen is null))
);
-- Asking again while one is under way changes nothing.
create unique index name_check_open on sa.name_check (challenge_id) where finished_at is null;
create index name_check_challenge on sa.name_check (challenge_id, id);

call sa.make_undeletable('sa.name_challenge');
call sa.make_undeletable('sa.name_check');
-- Single use: what was proven or has failed too often is never looked at again, and what was seen stays seen.
create trigger final_state before update on sa.name_challenge for each row when (old.state <> 'Open') execute function sa.refuse_change();
alter table sa.name_challenge enable always trigger final_state;
create trigger final_state before update on sa.name_check for each row when (old.finished_at is not null) execute function sa.refuse_change();
alter table sa.name_check enable always trigger final_state;

-- A proven name stands beside those that an operator registered, with the challenge that proved it: what that challenge was for is
-- what the name covers, by foreign key. recheck_at is when Outreach looks again whether the proof still stands.
alter table sa.provider_name
    add column challenge_id uuid unique,
    add column proven_at timestamptz,
    add column valid_until timestamptz,
    add column recheck_at timestamptz,
    add column recheck_seen text check (length(recheck_seen) <= 500),
    add column lapsed_at timestamptz,
    add column leased_by uuid,
    add column lease_until timestamptz,
    add foreign key (challenge_id, provider_id, suffix, include_subdomains)
        references sa.name_challenge (id, provider_id, name, include_subdomains),
    add check ((challenge_id is null) = (proven_at is null) and (challenge_id is null) = (valid_until is null)),
    add check (challenge_id is not null or (recheck_at is null and lapsed_at is null));
create index provider_name_recheck on sa.provider_name (recheck_at) where recheck_at is not null and withdrawn_at is null and lapsed_at is null;

-- What an operator registered is an operator's, what was proven is Outreach's.
alter table sa.provider_name enable row level security;
create policy read on sa.provider_name for select to sa_api, sa_signer, sa_auditor, sa_operator, sa_outreach using (true);
create policy operator_registers on sa.provider_name for insert to sa_operator with check (challenge_id is null);
create policy operator_withdraws on sa.provider_name for update to sa_operator using (true) with check (true);
create policy outreach_proves on sa.provider_name for insert to sa_outreach with check (challenge_id is not null);
create policy outreach_reproves on sa.provider_name for update to sa_outreach using (challenge_id is not null) with check (challenge_id is not null);

grant insert (id, provider_id, name, include_subdomains, method, token, created_by, expires_at) on sa.name_challenge to sa_api;
grant insert (id, challenge_id, asked_by) on sa.name_check to sa_api;
grant select on sa.name_challenge, sa.name_check to sa_api, sa_auditor, sa_operator, sa_outreach;
grant update (state, finished_at) on sa.name_challenge to sa_outreach;
grant update (leased_by, lease_until, finished_at, code, seen) on sa.name_check to sa_outreach;
grant select on sa.provider, sa.provider_name to sa_outreach;
grant insert (id, provider_id, suffix, include_subdomains, registered_by, challenge_id, proven_at, valid_until, recheck_at) on sa.provider_name to sa_outreach;
grant update (include_subdomains, withdrawn_at, challenge_id, proven_at, valid_until, recheck_at, recheck_seen, lapsed_at, leased_by, lease_until)
    on sa.provider_name to sa_outreach;

-- What the A records of a request's name were. A row is a look-up that was claimed; requests without one are found by their absence, so
-- that the front door's hot path knows nothing of this.
create table sa.address_lookup (
    request_id uuid primary key references sa.signing_request,
    fqdn text not null,
    expected text[] not null,
    leased_by uuid,
    lease_until timestamptz,
    looked_up_at timestamptz,
    found text[] not null default '{}',
    code text check (code ~ '^[a-z0-9-]{1,64}$'),
    check (looked_up_at is not null or (leased_by is not null and lease_until is not null))
);
create index address_lookup_open on sa.address_lookup (lease_until) where looked_up_at is null;
create index signing_request_server on sa.signing_request (submitted_at) where kind = 'ProvisioningServer';
call sa.make_undeletable('sa.address_lookup');

grant select on sa.address_lookup to sa_api, sa_signer, sa_auditor, sa_operator;
grant select, insert, update (leased_by, lease_until, looked_up_at, found, code) on sa.address_lookup to sa_outreach;
