-- What was published of the roots: a manifest for each change, signed with the log's key; who took which version; and that providers are told.

-- What the key is going to be asked to sign, durable before it is asked. Versions have no gaps.
create table sa.root_manifest (
    version bigint primary key check (version > 0),
    -- By the Signer's clock; it stands in the manifest too.
    at timestamptz not null,
    manifest bytea not null check (octet_length(manifest) between 2 and 1048576),
    sha256 bytea not null generated always as (sha256(manifest)) stored
);

-- Each time that the key is asked, durable before. A version has more than one where a process ended before it could say that it had signed.
create table sa.root_manifest_signing (
    id bigint generated always as identity primary key,
    version bigint not null references sa.root_manifest,
    signer text not null,
    asked_at timestamptz not null default now()
);
create index root_manifest_signing_version on sa.root_manifest_signing (version, id);

-- The one signature that is published; from then on the version is.
create table sa.root_manifest_signature (
    version bigint primary key references sa.root_manifest,
    signature bytea not null check (octet_length(signature) between 8 and 128),
    signed_at timestamptz not null default now()
);

call sa.make_append_only('sa.root_manifest');
call sa.make_append_only('sa.root_manifest_signing');
call sa.make_append_only('sa.root_manifest_signature');

-- Who writes the next version down: a row, since the front door could hold an advisory lock and keep all roots from being published.
create table sa.root_turn (
    one boolean primary key default true check (one)
);
insert into sa.root_turn default values;
grant select, update (one) on sa.root_turn to sa_signer;

-- Since when a root can be had from here.
create view sa.root_published as
    select root->>'id' as authority, min(s.signed_at) as published_at
    from sa.root_manifest m join sa.root_manifest_signature s using (version)
        cross join jsonb_array_elements(convert_from(m.manifest, 'UTF8')::jsonb->'roots') root
    group by 1;

grant select on sa.root_manifest, sa.root_manifest_signature to sa_api, sa_signer, sa_outreach, sa_auditor, sa_operator;
grant select on sa.root_manifest_signing to sa_signer, sa_auditor, sa_operator;
grant select on sa.root_published to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (version, at, manifest) on sa.root_manifest to sa_signer;
grant insert (version, signer) on sa.root_manifest_signing to sa_signer;
grant insert (version, signature) on sa.root_manifest_signature to sa_signer;

-- That a manifest was signed is said by the role that signs.
alter table sa.log_entry add constraint log_entry_of_roots
    check (type not in ('roots.intended', 'roots.published') or written_by = 'sa_signer') not valid;

-- Which version of which file a known caller has; the entries "roots.downloaded" have each time.
create table sa.root_fetch (
    -- The actor, as the log names it.
    caller text not null,
    provider_id uuid references sa.provider,
    file text not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    times bigint not null default 1 check (times > 0),
    primary key (caller, file, sha256)
) with (fillfactor = 80);
create index root_fetch_provider on sa.root_fetch (provider_id, file) where provider_id is not null;
call sa.make_undeletable('sa.root_fetch');
grant select on sa.root_fetch to sa_api, sa_auditor, sa_operator;
grant insert (caller, provider_id, file, sha256), update (last_at, times) on sa.root_fetch to sa_api;

-- A change of the roots is told to every contact, whatever else it wants to be told: who misses it turns away whole shipments of devices.
alter table sa.notice
    add column root_version bigint references sa.root_manifest,
    drop constraint notice_kind,
    drop constraint notice_subject,
    add constraint notice_kind check (kind in ('Expiry', 'Issuance', 'Roots', 'Test')),
    add constraint notice_subject check (
        (kind in ('Expiry', 'Issuance')) = (request_id is not null) and (kind in ('Expiry', 'Issuance')) = (authority is not null)
        and (kind = 'Expiry') = (days_before is not null) and (kind = 'Roots') = (root_version is not null)
    );
create unique index notice_roots_once on sa.notice (root_version, contact_id) where kind = 'Roots';
alter policy planner on sa.notice
    with check ((kind = 'Expiry' and state in ('Pending', 'Skipped')) or (kind in ('Issuance', 'Roots') and state = 'Pending'));
grant insert (root_version) on sa.notice to sa_signer;
