-- Generations of a root: certificates of one for the other, and devices' certificates signed anew under the next.

-- What a generation certifies of another one of the same name (RFC 4210 §4.4): first what is to be signed, then what was.
create table sa.cross_intent (
    issuer text not null references sa.authority_certificate,
    subject text not null references sa.authority_certificate,
    serial_number bytea not null check (octet_length(serial_number) between 1 and 20),
    to_be_signed bytea not null,
    not_before timestamptz not null,
    not_after timestamptz not null check (not_after > not_before),
    created_at timestamptz not null default now(),
    -- What sa.revoked knows it by, where another certificate has its request.
    id uuid not null unique default gen_random_uuid(),
    primary key (issuer, subject),
    check (issuer <> subject),
    constraint cross_intent_serial_number unique (issuer, serial_number)
);

create table sa.cross_certificate (
    issuer text not null,
    subject text not null,
    der bytea not null,
    sha256 bytea not null unique generated always as (sha256(der)) stored,
    not_before timestamptz not null,
    not_after timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (issuer, subject),
    foreign key (issuer, subject) references sa.cross_intent
);

call sa.make_append_only('sa.cross_intent');
call sa.make_append_only('sa.cross_certificate');
grant select on sa.cross_certificate to sa_api, sa_signer, sa_auditor, sa_operator;
grant select on sa.cross_intent to sa_signer, sa_auditor, sa_operator;
grant insert (issuer, subject, serial_number, to_be_signed, not_before, not_after) on sa.cross_intent to sa_signer;
grant insert (issuer, subject, der, not_before, not_after) on sa.cross_certificate to sa_signer;

-- A device's certificate signed anew: a request of its own kind, with the octets of the one before, which stays what it is. It draws no
-- unit, and the promises of uniqueness for a line's devices don't count it; it has one of its own. "Not valid" as in 0025: no row that is there
-- can break what only became wider, or speaks of a kind that there was none of.
alter table sa.signing_request
    drop constraint signing_request_kind_check,
    add constraint signing_request_kind_check
        check (kind in ('ProvisioningServer', 'Device', 'Station', 'ServiceTls', 'TestDevice', 'OcspResponder', 'ResignedDevice')) not valid,
    drop constraint signing_request_lane_of_kind,
    -- An OCSP responder's certificate is signed in the lane of its authority.
    add constraint signing_request_lane_of_kind
        check (kind = 'OcspResponder' or (lane = 'Device') = (kind in ('Device', 'TestDevice', 'Station', 'ResignedDevice'))) not valid,
    add constraint signing_request_resigned check (
        kind <> 'ResignedDevice'
        or (mac is not null and serial is not null and product is not null and succeeds is not null and cardinality(authorities) = 1)
    ) not valid;

-- A unit's certificate is signed anew once by each generation, however often that is asked for.
create unique index signing_request_resigned on sa.signing_request (mac, issue, (authorities[1]))
    where kind = 'ResignedDevice' and active and mac is not null;

create policy resigning on sa.signing_request for insert to sa_operator with check (kind = 'ResignedDevice' and state = 'Queued');

-- What one generation has certified of another is revoked like every certificate, on its issuer's lists: see 0023 for the rest of this function.
create or replace function sa.require_issued() returns trigger security definer set search_path = pg_catalog, pg_temp language plpgsql as $$
begin
    if (select count(*) from fresh f, lateral (
            select from sa.intent i join sa.certificate c using (request_id, authority)
            where i.authority = f.authority and i.serial_number = f.serial_number and i.request_id = f.request_id
                and i.crl_shard = f.crl_shard and i.not_after = f.not_after offset 0) found
        ) + (select count(*) from fresh f
            join sa.cross_intent n on n.issuer = f.authority and n.serial_number = f.serial_number and n.id = f.request_id
                and n.not_after = f.not_after and f.crl_shard = 0
            join sa.cross_certificate x on x.issuer = n.issuer and x.subject = n.subject
        ) < (select count(*) from fresh) then
        raise exception 'only an issued certificate is revoked' using errcode = 'foreign_key_violation', constraint = 'revoked_of_certificate', table = tg_table_name;
    end if;
    return null;
end
$$;

-- Whether an authority has issued a serial number, to a device, a server or another root.
create function sa.is_known_serial(of_authority text, of_serial bytea) returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select sa.request_of_serial(of_authority, of_serial) is not null or exists (
        select from sa.cross_intent n join sa.cross_certificate x on x.issuer = n.issuer and x.subject = n.subject
        where n.issuer = of_authority and n.serial_number = of_serial)
$$;
revoke execute on function sa.is_known_serial from public;
grant execute on function sa.is_known_serial to sa_api;

-- What only the key room does is said by the role of the key room.
alter table sa.log_entry add constraint log_entry_of_key_room check (
    type not in ('authority.intended', 'authority.created', 'cross.intended', 'cross.created', 'revocation.refused', 'recall.settled', 'key-pair.made')
    or written_by = 'sa_signer') not valid;
