-- Answers to "is this certificate still good?" (RFC 6960). Each authority delegates them to a key of its lane's token with a short-lived
-- certificate, which comes about like every other: a request in the queue, an intent, an entry. The front door has no key: it finds
-- answers that were signed before, or writes down what is asked.

-- A responder's certificate is asked for by the key room itself, in the lane of its authority. "Not valid": the former, narrower checks held
-- for every row that is there, and to read them all again would keep everybody out of a table of millions.
alter table sa.signing_request
    drop constraint signing_request_kind_check,
    add constraint signing_request_kind_check
        check (kind in ('ProvisioningServer', 'Device', 'Station', 'ServiceTls', 'TestDevice', 'OcspResponder')) not valid,
    drop constraint signing_request_lane_of_kind,
    add constraint signing_request_lane_of_kind
        check (kind = 'OcspResponder' or (lane = 'Device') = (kind in ('Device', 'TestDevice', 'Station'))) not valid;
create policy responder on sa.signing_request for insert to sa_signer
    with check (kind = 'OcspResponder' and state = 'Queued' and provider_id is null and station_id is null and cardinality(authorities) = 1);
grant insert (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, profile, submitted_by) on sa.signing_request to sa_signer;
-- Its requests are found by signing_request_other_key (0003): an index of their own would be built over all rows, under a lock.

-- The keys that Signers made for it, newest number last. That a key is here says that its token said where it was made.
create table sa.ocsp_responder (
    authority text not null,
    number integer not null check (number >= 1),
    -- No other key of the token, an authority's above all, can be passed off as a responder's.
    key_label text not null unique check (key_label = 'ocsp-' || authority || '-' || number),
    spki bytea not null unique,
    spki_sha256 bytea not null unique generated always as (sha256(spki)) stored,
    created_at timestamptz not null default now(),
    primary key (authority, number)
);
call sa.make_append_only('sa.ocsp_responder');

-- That a key was made is said by the role that makes keys.
alter table sa.log_entry add constraint log_entry_of_ocsp check (type <> 'ocsp.key-made' or written_by = 'sa_signer') not valid;

-- The newest answer about a certificate that was issued, by the hash that names its issuer in the question (RFC 6960 §4.1.1). A copy of what
-- can be signed again at any time: kept over a crash, so that an outage of the key room after one of Postgres is no outage of answers.
create table sa.ocsp_response (
    authority text not null,
    serial_number bytea not null check (octet_length(serial_number) between 1 and 20),
    hash text not null check (hash in ('SHA-1', 'SHA-256')),
    response bytea not null check (octet_length(response) <= 8192),
    this_update timestamptz not null,
    next_update timestamptz not null check (next_update > this_update),
    -- The xid of the certificate's row in sa.revoked as it was when this was signed; null where there was none. Who reads an answer compares:
    -- from the commit of a revocation on, what was signed before it is no answer any more.
    revoked_xid bigint,
    -- SHA-256 of the SubjectPublicKeyInfo that it was signed with: when that key is known to somebody else, its answers go.
    responder_spki_sha256 bytea not null,
    -- To the hour or so; what nobody asks for is not signed again.
    asked_at timestamptz not null default now(),
    primary key (authority, serial_number, hash)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);
create index ocsp_response_due on sa.ocsp_response (next_update);

-- What is asked and not answered yet. Unlogged: whoever asked is gone after a crash. A Signer takes a question away in the transaction that
-- answers it, so that one that dies leaves it for another.
create unlogged table sa.ocsp_question (
    id uuid primary key,
    lane text not null check (lane in ('Provider', 'Device')),
    authority text not null,
    -- The OCSPRequest as it came: the key room reads it for itself.
    request bytea not null check (octet_length(request) between 1 and 4096),
    asked_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);
create index ocsp_question_waiting on sa.ocsp_question (authority, asked_at);

create unlogged table sa.ocsp_answer (
    question uuid primary key,
    authority text not null,
    response bytea not null,
    -- Of the certificates in it, side by side: as in sa.ocsp_response.
    serial_numbers bytea[] not null,
    revoked_xids bigint[] not null,
    -- Null in an answer that is only a status (RFC 6960 §2.3).
    this_update timestamptz,
    next_update timestamptz,
    -- Neither nonce nor several certificates nor one that was never issued: everybody may have it again.
    is_reusable boolean not null,
    answered_at timestamptz not null default clock_timestamp(),
    check (cardinality(serial_numbers) = cardinality(revoked_xids))
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);
create index ocsp_answer_old on sa.ocsp_answer (answered_at);

grant select on sa.ocsp_responder to sa_api, sa_signer, sa_auditor, sa_operator;
grant insert (authority, number, key_label, spki) on sa.ocsp_responder to sa_signer;

grant select on sa.ocsp_response to sa_api, sa_signer, sa_auditor, sa_operator;
-- That it is asked for; never what is answered.
grant update (asked_at) on sa.ocsp_response to sa_api;
grant insert, update, delete on sa.ocsp_response to sa_signer;

grant insert (id, lane, authority, request) on sa.ocsp_question to sa_api;
grant select (id) on sa.ocsp_question to sa_api;
-- "for update" asks for a column that could be updated.
grant select, delete, update (asked_at) on sa.ocsp_question to sa_signer;
grant select, delete on sa.ocsp_answer to sa_signer;

-- What the door takes back and takes away, by functions: whoever may delete from a table may lock it, and so keep all from it.
create function sa.withdraw_ocsp_questions(ids uuid[]) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from sa.ocsp_question where id = any(ids)
$$;
create function sa.take_ocsp_answers(ids uuid[]) returns table (question uuid, response bytea, this_update timestamptz,
    next_update timestamptz, is_reusable boolean, is_of_now boolean) language sql security definer set search_path = pg_catalog, pg_temp as $$
    with taken as (delete from sa.ocsp_answer a where a.question = any(ids) returning a.*)
    select t.question, t.response, t.this_update, t.next_update, t.is_reusable, not exists (
        select from unnest(t.serial_numbers, t.revoked_xids) as s(serial_number, xid)
            left join sa.revoked v on v.authority = t.authority and v.serial_number = s.serial_number
        where s.xid is distinct from v.xid::text::bigint)
    from taken t
$$;
revoke execute on function sa.withdraw_ocsp_questions, sa.take_ocsp_answers from public;
grant execute on function sa.withdraw_ocsp_questions, sa.take_ocsp_answers to sa_api;
grant insert (question, authority, response, serial_numbers, revoked_xids, this_update, next_update, is_reusable) on sa.ocsp_answer to sa_signer;

grant select (authority, serial_number, reason, revoked_at, xid) on sa.revoked to sa_api, sa_signer;
