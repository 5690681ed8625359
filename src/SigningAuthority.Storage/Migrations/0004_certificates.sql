-- What is going to be signed (intent), then what was signed (certificate). Both only ever grow; only the key room writes them.

create table sa.intent (
    request_id uuid not null references sa.signing_request,
    authority text not null,
    serial_number bytea not null check (octet_length(serial_number) between 1 and 20),
    to_be_signed bytea not null,
    profile text not null,
    not_before timestamptz not null,
    not_after timestamptz not null check (not_after > not_before),
    policy_hash text not null,
    created_at timestamptz not null default now(),
    primary key (request_id, authority),
    -- RFC 5280 §4.1.2.2: unique for each certificate issued by a given CA. Over all time, hence no partitions.
    constraint intent_serial_number unique (authority, serial_number)
);

create table sa.certificate (
    request_id uuid not null,
    authority text not null,
    serial_number bytea not null,
    der bytea not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    spki_sha256 bytea not null check (octet_length(spki_sha256) = 32),
    not_before timestamptz not null,
    not_after timestamptz not null,
    issued_at timestamptz not null default now(),
    primary key (request_id, authority),
    foreign key (request_id, authority) references sa.intent
);
create index certificate_sha256 on sa.certificate (sha256);
create index certificate_spki_sha256 on sa.certificate (spki_sha256);

create table sa.authority_intent (
    authority text primary key,
    purpose text not null,
    key_label text not null unique,
    subject text not null,
    spki bytea not null,
    to_be_signed bytea,
    not_before timestamptz not null,
    not_after timestamptz not null,
    created_at timestamptz not null default now()
);

create table sa.authority_certificate (
    authority text primary key references sa.authority_intent,
    purpose text not null,
    key_label text not null unique,
    subject text not null,
    spki bytea not null,
    spki_sha256 bytea not null unique generated always as (sha256(spki)) stored,
    der bytea,
    sha256 bytea unique generated always as (sha256(der)) stored,
    not_before timestamptz not null,
    not_after timestamptz not null,
    transcript text not null,
    created_at timestamptz not null default now()
);

call sa.make_append_only('sa.intent');
call sa.make_append_only('sa.certificate');
call sa.make_append_only('sa.authority_intent');
call sa.make_append_only('sa.authority_certificate');

grant select on sa.certificate, sa.authority_certificate to sa_api, sa_signer, sa_auditor, sa_operator;
grant select on sa.intent, sa.authority_intent to sa_signer, sa_auditor, sa_operator;
grant insert (request_id, authority, serial_number, to_be_signed, profile, not_before, not_after, policy_hash) on sa.intent to sa_signer;
grant insert (request_id, authority, serial_number, der, sha256, spki_sha256, not_before, not_after) on sa.certificate to sa_signer;
grant insert (authority, purpose, key_label, subject, spki, to_be_signed, not_before, not_after) on sa.authority_intent to sa_signer;
grant insert (authority, purpose, key_label, subject, spki, der, not_before, not_after, transcript) on sa.authority_certificate to sa_signer;
