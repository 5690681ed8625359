-- People who approve. An officer's decision is a statement signed with a key that only the officer has: the front door carries it, the
-- key room verifies it. So the rows that the front door writes here prove nothing by being here.

create table sa.officer (
    id uuid primary key,
    -- The person. A lost key is a new row of the same name; two of one name never work at the same time.
    name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'),
    -- SubjectPublicKeyInfo, DER. Registered once for ever: one key is never two people, and a revoked one never comes back.
    public_key bytea not null unique,
    created_at timestamptz not null default now(),
    created_by text not null,
    revoked_at timestamptz
);
create unique index officer_active on sa.officer (name) where revoked_at is null;

create table sa.approval (
    request_id uuid not null references sa.signing_request,
    officer_id uuid not null references sa.officer,
    decision text not null check (decision in ('Approve', 'Refuse')),
    reason text not null check (length(reason) between 1 and 500),
    -- As the officer's statement says it.
    decided_at timestamptz not null,
    signature bytea not null check (octet_length(signature) between 1 and 128),
    -- Not for the front door to choose: whether it was in time goes by this.
    recorded_at timestamptz not null default now(),
    primary key (request_id, officer_id)
);

-- How a provider's requests are approved, where it differs from the policy's word: the newest row of provider and authority counts, and
-- one without a mode says that the policy counts again.
create table sa.approval_mode (
    id bigint primary key generated always as identity,
    provider_id uuid not null references sa.provider,
    authority text not null,
    mode text check (mode in ('Automatic', 'OneOfficer', 'TwoOfficers')),
    set_at timestamptz not null default now(),
    set_by text not null
);
create index approval_mode_newest on sa.approval_mode (provider_id, authority, id desc);

call sa.make_undeletable('sa.officer');
call sa.make_append_only('sa.approval');
call sa.make_append_only('sa.approval_mode');

-- A token of role officer is one officer's; a token of any other role may say which person holds it, so that nobody approves what they
-- themselves submitted.
alter table sa.access_token
    add column holder text check (holder ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'),
    add column officer_id uuid references sa.officer,
    drop constraint access_token_role_check,
    add constraint access_token_role_check check (role in ('provider', 'auditor', 'operator', 'officer')),
    add constraint access_token_officer check ((role = 'officer') = (officer_id is not null));

-- What the key room has begun to sign is not withdrawn any more. The front door may not read intents; this much it has to know.
create function sa.has_intent(request uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select from sa.intent where request_id = request)
$$;
revoke execute on function sa.has_intent from public;
grant execute on function sa.has_intent to sa_api;

grant select on sa.officer, sa.approval, sa.approval_mode to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (request_id, officer_id, decision, reason, decided_at, signature) on sa.approval to sa_api;
grant insert (id, name, public_key, created_by), update (revoked_at) on sa.officer to sa_operator;
grant insert (provider_id, authority, mode, set_by) on sa.approval_mode to sa_operator;
grant insert (holder, officer_id) on sa.access_token to sa_operator;
grant select (holder, officer_id) on sa.access_token to sa_auditor;
-- Who submitted a request, and nothing else of its token.
grant select (id, provider_id, holder) on sa.access_token to sa_signer;
