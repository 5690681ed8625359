using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>Each role tries what its process must never do; Postgres says no.</summary>
public sealed class PrivilegeTests
{
    private static readonly Lazy<Task<StorageScenario>> Scenario = new(CreateAsync);

    [Theory]
    // The front door: inserts requests and entries, nothing else.
    [InlineData("sa_api", "update sa.signing_request set state = 'Issued'")]
    [InlineData("sa_api", "update sa.signing_request set csr = ''")]
    [InlineData("sa_api", "update sa.signing_request set state = 'Signing', leased_by = gen_random_uuid() where state = 'Queued'")]
    [InlineData("sa_api", "update sa.signing_request set state = 'Failed', finished_at = now() where kind = 'ProvisioningServer'")]
    [InlineData("sa_api", "update sa.signing_request set approvals_needed = 0")]
    [InlineData("sa_api", "update sa.signing_request set authorities = '{cisco-2k}'")]
    [InlineData("sa_api", "delete from sa.signing_request")]
    [InlineData(
        "sa_api",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by, state) select gen_random_uuid(), kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by, 'Issued' from sa.signing_request"
    )]
    [InlineData(
        "sa_api",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by) select gen_random_uuid(), 'Station', lane, csr, csr_sha256, spki_sha256, authorities, submitted_by from sa.signing_request"
    )]
    [InlineData(
        "sa_api",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by) select gen_random_uuid(), 'ServiceTls', lane, csr, csr_sha256, spki_sha256, authorities, submitted_by from sa.signing_request"
    )]
    [InlineData("sa_api", "insert into sa.intent select * from sa.intent")]
    [InlineData("sa_api", "select * from sa.intent")]
    [InlineData("sa_api", "insert into sa.certificate select * from sa.certificate")]
    [InlineData("sa_api", "insert into sa.authority_certificate (authority) values ('mine')")]
    [InlineData("sa_api", "insert into sa.access_token (id) values (gen_random_uuid())")]
    [InlineData("sa_api", "update sa.access_token set revoked_at = null")]
    [InlineData("sa_api", "insert into sa.provider_name (id) values (gen_random_uuid())")]
    [InlineData("sa_api", "insert into sa.station (id) values (gen_random_uuid())")]
    [InlineData("sa_api", "insert into sa.log_leaf values (0, 0, '', '', '', now())")]
    [InlineData("sa_api", "insert into sa.log_entry (type, actor, at, entry, written_by) values ('t', 'a', now(), 'e', 'sa_signer')")]
    [InlineData("sa_api", "insert into sa.log_entry (type, actor, at, entry, xid) values ('t', 'a', now(), 'e', '3')")]
    [InlineData("sa_api", "insert into sa.log_entry (type, actor, at, entry, id) values ('t', 'a', now(), 'e', 7)")]
    [InlineData("sa_api", "insert into sa.log_entry_000 (type, actor, at, entry) values ('t', 'a', now(), 'e')")]
    [InlineData("sa_api", "select sa.draw_issuer_numbers('{client}', '{1}')")]
    [InlineData("sa_api", "update sa.signer_heartbeat set token_ok = true")]
    [InlineData("sa_api", "insert into sa.officer (id, name, public_key, created_by) values (gen_random_uuid(), 'mine', 'k', 'api')")]
    [InlineData("sa_api", "update sa.officer set revoked_at = null")]
    [InlineData("sa_api", "update sa.approval set decision = 'Approve'")]
    [InlineData(
        "sa_api",
        "insert into sa.approval (request_id, officer_id, decision, reason, decided_at, signature, recorded_at) values (gen_random_uuid(), gen_random_uuid(), 'Approve', 'r', now(), 's', now())"
    )]
    [InlineData(
        "sa_api",
        "insert into sa.approval_mode (provider_id, authority, mode, set_by) values (gen_random_uuid(), 'sipura', 'Automatic', 'api')"
    )]
    [InlineData("sa_api", "update sa.signing_request set submitted_token = null")]
    [InlineData("sa_api", "insert into sa.production_order (id, name) values (gen_random_uuid(), 'mine')")]
    [InlineData("sa_api", "update sa.production_order set quantity = quantity + 1")]
    [InlineData("sa_api", "update sa.production_order set drawn = 0")]
    [InlineData("sa_api", "update sa.production_order set closed_at = null, closed_by = null")]
    [InlineData("sa_api", "delete from sa.production_order")]
    [InlineData("sa_api", "update sa.production_order set reserved = 0")]
    [InlineData("sa_api", "update sa.reservation set units = 1, expires_at = now()")]
    [InlineData("sa_api", "delete from sa.reservation")]
    [InlineData("sa_api", "update sa.reserved_unit set held = true")]
    [InlineData(
        "sa_api",
        "insert into sa.reserved_unit (reservation_id, number, order_id, station_id) values (gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid())"
    )]
    // Answers about certificates: the door asks, and says what is asked for; what is answered it only reads.
    [InlineData("sa_api", "update sa.ocsp_response set response = ''")]
    [InlineData("sa_api", "update sa.ocsp_response set next_update = now() + interval '1 year'")]
    [InlineData("sa_api", "update sa.ocsp_response set revoked_xid = null")]
    [InlineData("sa_api", "delete from sa.ocsp_response")]
    [InlineData("sa_api", "insert into sa.ocsp_response (authority, serial_number, hash) values ('client', '\\x01', 'SHA-1')")]
    [InlineData("sa_api", "insert into sa.ocsp_answer (question, response) values (gen_random_uuid(), '')")]
    [InlineData("sa_api", "update sa.ocsp_answer set response = ''")]
    [InlineData("sa_api", "select request from sa.ocsp_question")]
    [InlineData("sa_api", "delete from sa.ocsp_question")]
    [InlineData("sa_api", "delete from sa.ocsp_answer")]
    [InlineData("sa_api", "do $$ begin lock table sa.ocsp_question in access exclusive mode; end $$")]
    [InlineData("sa_api", "do $$ begin lock table sa.ocsp_answer in access exclusive mode; end $$")]
    [InlineData("sa_api", "insert into sa.ocsp_responder (authority, number, key_label, spki) values ('client', 1, 'mine', '')")]
    [InlineData(
        "sa_api",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by) select gen_random_uuid(), 'OcspResponder', lane, csr, csr_sha256, spki_sha256, authorities, submitted_by from sa.signing_request"
    )]
    // The key room asks for its responders' certificates, and for no others.
    [InlineData(
        "sa_signer",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by) select gen_random_uuid(), 'ServiceTls', 'Provider', csr, csr_sha256, spki_sha256, '{service}', submitted_by from sa.signing_request"
    )]
    [InlineData("sa_signer", "update sa.ocsp_responder set key_label = 'other'")]
    [InlineData("sa_signer", "delete from sa.ocsp_responder")]
    [InlineData(
        "sa_signer",
        "insert into sa.ocsp_question (id, lane, authority, request) values (gen_random_uuid(), 'Device', 'client', '\\x30')"
    )]
    [InlineData("sa_api", "create table sa.mine (i int)")]
    [InlineData("sa_api", "create table public.mine (i int)")]
    [InlineData("sa_api", "create temporary table mine (i int)")]
    // Keys that are made for devices: the door asks, and says when one may go; it never says what was made, nor for whom anew.
    [InlineData("sa_api", "update sa.key_pair set csr = ''")]
    [InlineData("sa_api", "update sa.key_pair set station_id = gen_random_uuid()")]
    [InlineData("sa_api", "insert into sa.key_pair (id, state) values (gen_random_uuid(), 'Made')")]
    [InlineData("sa_api", "delete from sa.key_pair")]
    [InlineData("sa_signer", "insert into sa.key_pair (id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "update sa.key_pair set station_id = gen_random_uuid()")]
    [InlineData("sa_signer", "delete from sa.key_pair")]
    [InlineData("sa_auditor", "select envelope from sa.key_pair")]
    [InlineData("sa_operator", "select envelope from sa.key_pair")]
    [InlineData("sa_operator", "update sa.key_pair set csr = ''")]
    // What is signed anew, operators ask for; what generations certify of each other, ceremonies write.
    [InlineData(
        "sa_api",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, mac, serial, product, authorities, submitted_by, succeeds, succession, state) select gen_random_uuid(), 'ResignedDevice', 'Device', csr, csr_sha256, spki_sha256, '000E08000001', 's', 'p', authorities, submitted_by, id, 'Renewal', 'Queued' from sa.signing_request"
    )]
    [InlineData("sa_api", "insert into sa.cross_certificate (issuer, subject) values ('client', 'client-2')")]
    [InlineData("sa_api", "select * from sa.cross_intent")]
    [InlineData("sa_operator", "insert into sa.cross_intent (issuer, subject) values ('client', 'client-2')")]
    [InlineData("sa_operator", "insert into sa.cross_certificate (issuer, subject) values ('client', 'client-2')")]
    [InlineData("sa_signer", "update sa.cross_certificate set der = ''")]
    [InlineData("sa_signer", "delete from sa.cross_intent")]
    // Revocation: the door and the operator ask, officers sign, the key room alone decides.
    [InlineData("sa_api", "insert into sa.revoked (authority) values ('client')")]
    [InlineData("sa_api", "update sa.revoked set reason = 8")]
    [InlineData("sa_api", "insert into sa.revocation_outcome (revocation_id, outcome) values (gen_random_uuid(), 'Effective')")]
    [InlineData("sa_api", "delete from sa.revocation_pending")]
    [InlineData("sa_api", "insert into sa.revocation_pending (revocation_id, authority) values (gen_random_uuid(), 'client')")]
    [InlineData(
        "sa_api",
        "insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker) select gen_random_uuid(), request_id, authority, 'superseded', 'operator/door', 'Operator' from sa.certificate"
    )]
    [InlineData(
        "sa_api",
        "insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, asker_id, written_by) select gen_random_uuid(), request_id, authority, 'superseded', 'door', 'Provider', gen_random_uuid(), 'sa_operator' from sa.certificate"
    )]
    [InlineData(
        "sa_api",
        "insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, replacement) select gen_random_uuid(), request_id, authority, 'superseded', 'door', 'Succession', request_id from sa.certificate"
    )]
    [InlineData("sa_api", "insert into sa.recall (id) values (gen_random_uuid())")]
    [InlineData("sa_api", "insert into sa.recall_member (recall_id) values (gen_random_uuid())")]
    [InlineData("sa_api", "update sa.recall set state = 'Approved'")]
    [InlineData("sa_api", "update sa.recall_approval set decision = 'Approve'")]
    [InlineData("sa_operator", "insert into sa.revoked (authority) values ('client')")]
    [InlineData("sa_operator", "insert into sa.revocation_outcome (revocation_id, outcome) values (gen_random_uuid(), 'Effective')")]
    [InlineData("sa_operator", "insert into sa.recall_approval (recall_id) values (gen_random_uuid())")]
    [InlineData("sa_operator", "update sa.recall set state = 'Approved'")]
    [InlineData(
        "sa_operator",
        "insert into sa.revocation_request (id, request_id, authority, reason, requested_by, asker, asker_id) select gen_random_uuid(), request_id, authority, 'superseded', 'o', 'Provider', gen_random_uuid() from sa.certificate"
    )]
    [InlineData("sa_signer", "insert into sa.revocation_request (id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "insert into sa.recall (id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "insert into sa.recall_approval (recall_id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "update sa.recall set members_sha256 = ''")]
    [InlineData("sa_signer", "update sa.revoked set serial_number = ''")]
    [InlineData("sa_signer", "delete from sa.revoked")]
    // Outreach talks to strangers: it sees which names are to be looked up, and no CSR, token or certificate.
    [InlineData("sa_outreach", "select csr from sa.signing_request")]
    [InlineData("sa_outreach", "update sa.signing_request set state = 'Queued'")]
    [InlineData("sa_outreach", "insert into sa.signing_request (id) values (gen_random_uuid())")]
    [InlineData("sa_outreach", "select * from sa.access_token")]
    [InlineData("sa_outreach", "select * from sa.intent")]
    [InlineData("sa_outreach", "insert into sa.certificate select * from sa.certificate")]
    [InlineData("sa_outreach", "select entry from sa.log_entry")]
    [InlineData("sa_outreach", "insert into sa.log_leaf values (0, 0, '', '', '', now())")]
    [InlineData("sa_outreach", "create table sa.mine (i int)")]
    // The key room: neither makes requests nor changes what they say, nor lets anyone in.
    [InlineData("sa_signer", "insert into sa.signing_request (id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "insert into sa.production_order (id, name) values (gen_random_uuid(), 'mine')")]
    [InlineData("sa_signer", "update sa.production_order set quantity = quantity + 1")]
    [InlineData("sa_signer", "insert into sa.reservation (id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "update sa.reserved_unit set held = false")]
    [InlineData("sa_signer", "update sa.signing_request set csr = ''")]
    [InlineData("sa_signer", "update sa.signing_request set authorities = '{client}'")]
    [InlineData("sa_signer", "delete from sa.signing_request")]
    [InlineData("sa_signer", "update sa.intent set to_be_signed = ''")]
    [InlineData("sa_signer", "delete from sa.intent")]
    [InlineData("sa_signer", "update sa.certificate set der = ''")]
    [InlineData("sa_signer", "delete from sa.certificate")]
    [InlineData("sa_signer", "truncate sa.certificate")]
    [InlineData("sa_signer", "delete from sa.log_entry")]
    [InlineData("sa_signer", "update sa.issuer_sequence set last = 1")]
    [InlineData("sa_signer", "insert into sa.issuer_sequence values ('mine', 1)")]
    [InlineData("sa_signer", "update sa.log_leaf set leaf_hash = ''")]
    [InlineData("sa_signer", "update sa.log_checkpoint set note = ''")]
    [InlineData("sa_signer", "select * from sa.access_token")]
    [InlineData("sa_signer", "select token_sha256 from sa.access_token")]
    [InlineData(
        "sa_signer",
        "insert into sa.approval (request_id, officer_id, decision, reason, decided_at, signature) values (gen_random_uuid(), gen_random_uuid(), 'Approve', 'r', now(), 's')"
    )]
    [InlineData("sa_signer", "update sa.officer set public_key = 'mine'")]
    [InlineData("sa_signer", "insert into sa.access_token (id) values (gen_random_uuid())")]
    [InlineData("sa_signer", "insert into sa.station (id) values (gen_random_uuid())")]
    // Revocation lists: the key room alone writes them, and changes none; the operator asks for new ones.
    [InlineData("sa_api", "insert into sa.crl_chunk (crl_id, ordinal, octets) values (1, 0, 'x')")]
    [InlineData("sa_api", "insert into sa.crl_issued (crl_id, signature, sha256, octets) values (1, 's', sha256('x'), 1)")]
    [InlineData("sa_api", "insert into sa.crl_asked (authority, asked_by) values ('client', 'api')")]
    [InlineData("sa_api", "insert into sa.crl_shard (authority, shard, address) values ('client', 1, 'http://mine.example')")]
    [InlineData("sa_api", "select sa.forget_old_crls('client', 0, 2)")]
    // Nor can anybody else hold the turn of who makes them.
    [InlineData("sa_api", "select from sa.signer_turn for update")]
    [InlineData("sa_api", "insert into sa.signer_turn (of) values ('client')")]
    [InlineData("sa_operator", "select from sa.signer_turn for share")]
    [InlineData("sa_api", "select from sa.root_turn for update")]
    [InlineData("sa_api", "select from sa.revocation_turn for share")]
    [InlineData("sa_signer", "delete from sa.crl_chunk")]
    [InlineData("sa_signer", "update sa.crl_chunk set octets = 'x'")]
    [InlineData("sa_signer", "update sa.crl set entries = 0")]
    [InlineData("sa_signer", "delete from sa.crl_issued")]
    [InlineData("sa_signer", "update sa.crl_shard set address = 'http://mine.example'")]
    [InlineData("sa_signer", "insert into sa.ended_hold values ('client', 'x', '4')")]
    [InlineData("sa_operator", "insert into sa.crl (authority) values ('client')")]
    [InlineData("sa_operator", "insert into sa.crl_issued (crl_id, signature, sha256, octets) values (1, 's', sha256('x'), 1)")]
    // Auditors read, and not everything.
    [InlineData("sa_auditor", "insert into sa.log_entry (type, actor, at, entry) values ('t', 'a', now(), 'e')")]
    [InlineData("sa_auditor", "select token_sha256 from sa.access_token")]
    [InlineData("sa_auditor", "update sa.signing_request set note = ''")]
    // Operators let people in; they neither sign nor ask for a device.
    [InlineData("sa_operator", "insert into sa.certificate select * from sa.certificate")]
    [InlineData("sa_operator", "insert into sa.intent select * from sa.intent")]
    [InlineData(
        "sa_operator",
        "insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by, mac, serial, product) select gen_random_uuid(), 'Device', 'Device', csr, csr_sha256, spki_sha256, authorities, submitted_by, '000E08ABCDEF', 's', 'p' from sa.signing_request"
    )]
    [InlineData("sa_operator", "update sa.access_token set expires_at = now() + interval '9 years'")]
    [InlineData("sa_operator", "update sa.provider_name set suffix = 'com'")]
    [InlineData("sa_operator", "delete from sa.access_token")]
    [InlineData("sa_operator", "update sa.production_order set quantity = quantity + 1")]
    [InlineData("sa_operator", "update sa.production_order set drawn = 0")]
    [InlineData("sa_operator", "update sa.production_order set signature = ''")]
    [InlineData("sa_operator", "delete from sa.production_order")]
    [InlineData("sa_operator", "update sa.officer set public_key = 'mine'")]
    [InlineData(
        "sa_operator",
        "insert into sa.approval (request_id, officer_id, decision, reason, decided_at, signature) values (gen_random_uuid(), gen_random_uuid(), 'Approve', 'r', now(), 's')"
    )]
    public async Task A_role_is_denied(string role, string sql)
    {
        // Read-only is the auditor's default only; it can be switched off, the grants can't.
        var pool = (await Scenario.Value).Connect(role);
        await RequireDeniedAsync(pool, role == "sa_auditor" ? $"begin read write; {sql}; commit" : sql);
    }

    [Theory]
    [InlineData("sa_api", "'certificate.issued'", "now()", "log_entry_of_signer")]
    [InlineData("sa_api", "'certificate.intended'", "now()", "log_entry_of_signer")]
    [InlineData("sa_operator", "'certificate.issued'", "now()", "log_entry_of_signer")]
    [InlineData("sa_outreach", "'certificate.intended'", "now()", "log_entry_of_signer")]
    [InlineData("sa_api", "'crl.issued'", "now()", "log_entry_of_list_signer")]
    [InlineData("sa_api", "'ocsp.key-made'", "now()", "log_entry_of_ocsp")]
    [InlineData("sa_operator", "'crl.intended'", "now()", "log_entry_of_list_signer")]
    [InlineData("sa_api", "'authority.intended'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_api", "'authority.created'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_api", "'cross.intended'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_operator", "'cross.created'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_api", "'revocation.refused'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_outreach", "'recall.settled'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_api", "'key-pair.made'", "now()", "log_entry_of_key_room")]
    [InlineData("sa_api", "'request.refused'", "now() + interval '11 minutes'", "log_entry_not_ahead")]
    [InlineData("sa_signer", "'request.refused'", "'2099-01-01'", "log_entry_not_ahead")]
    public async Task An_entry_of_another_s_act_or_of_a_time_to_come_is_kept_out(string role, string type, string at, string constraint)
    {
        var kept = await Assert.ThrowsAsync<PostgresException>(async () =>
            await (await Scenario.Value)
                .Connect(role)
                .ExecuteAsync($"insert into sa.log_entry (type, actor, at, entry) values ({type}, 'signer/mine', {at}, 'e')")
        );
        Assert.Equal((PostgresErrorCodes.CheckViolation, constraint), (kept.SqlState, kept.ConstraintName));
    }

    [Theory]
    [InlineData("sa.log_entry", "entry = ''")]
    [InlineData("sa.log_entry_000", "entry = ''")]
    [InlineData("sa.log_leaf", "leaf_hash = ''")]
    [InlineData("sa.log_checkpoint", "note = ''")]
    [InlineData("sa.intent", "to_be_signed = ''")]
    [InlineData("sa.certificate", "der = ''")]
    [InlineData("sa.authority_intent", "subject = ''")]
    [InlineData("sa.authority_certificate", "subject = ''")]
    [InlineData("sa.approval", "reason = ''")]
    [InlineData("sa.approval_mode", "mode = null")]
    public async Task Evidence_is_not_changed_by_its_owner_nor_by_the_superuser(string table, string change)
    {
        var scenario = await Scenario.Value;
        foreach (var role in (string[])["sa_owner", PostgresCluster.Superuser])
        {
            foreach (var sql in (string[])[$"update {table} set {change}", $"delete from {table}", $"truncate {table} cascade"])
                await RequireDeniedAsync(scenario.Connect(role), sql);
        }

        // The switch that turns ordinary triggers off does not turn off these.
        await RequireDeniedAsync(scenario.Superuser, $"begin; set local session_replication_role = replica; delete from {table}; commit");
    }

    [Theory]
    [InlineData("delete from sa.signing_request")]
    [InlineData("truncate sa.signing_request cascade")]
    [InlineData("update sa.signing_request set state = 'Queued', finished_at = null where state = 'Issued'")]
    [InlineData("delete from sa.access_token")]
    [InlineData("delete from sa.provider")]
    [InlineData("delete from sa.issuer_sequence")]
    public async Task Requests_and_access_are_not_removed_and_a_final_state_is_final(string sql)
    {
        var scenario = await Scenario.Value;
        await RequireDeniedAsync(scenario.Connect("sa_owner"), sql);
        await RequireDeniedAsync(scenario.Superuser, sql);
    }

    [Fact]
    public async Task A_row_that_is_not_a_roles_to_change_stays_as_it_is()
    {
        var scenario = await Scenario.Value;
        Assert.Equal(
            0,
            await scenario.Signer.ExecuteAsync("update sa.signing_request set state = 'Queued', finished_at = null where state = 'Issued'")
        );
        Assert.Equal(0, await scenario.Api.ExecuteAsync("update sa.signing_request set due_at = now() where kind <> 'ProvisioningServer'"));
        Assert.Equal(
            0,
            await scenario.Operator.ExecuteAsync(
                "update sa.signing_request set state = 'Failed', finished_at = now() where state = 'Queued'"
            )
        );
    }

    [Fact]
    public async Task The_timer_may_make_its_own_tables_and_only_there()
    {
        var scenario = await Scenario.Value;
        await scenario.Signer.ExecuteAsync("create table quartz.probe (i int); drop table quartz.probe");
        await RequireDeniedAsync(scenario.Signer, "create table sa.probe (i int)");
        await RequireDeniedAsync(scenario.Api, "create table quartz.probe (i int)");
    }

    [Fact]
    public async Task Every_append_only_table_is_guarded_whatever_is_added_later()
    {
        var scenario = await Scenario.Value;
        // Tables and partitions of the evidence without an enabled-always guard.
        var bare = await scenario.Superuser.ScalarAsync<long>(
            """
            select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'sa' and c.relkind in ('r', 'p') and c.relname ~ '^(log_|crl$|crl_issued$|crl_shard$|crl_asked$|ended_hold$|intent$|certificate$|authority_|revocation_request$|revocation_outcome$|recall_|approval)'
                and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'append_only' and t.tgenabled = 'A')
            """
        );
        Assert.Equal(0, bare);
        var grants = await scenario.Superuser.ScalarAsync<long>(
            """
            select count(*) from information_schema.table_privileges
            where table_schema = 'sa' and grantee <> 'sa_owner' and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE') and table_name not in ('signer_heartbeat', 'ocsp_response', 'ocsp_question', 'ocsp_answer')
            """
        );
        Assert.Equal(0, grants);
    }

    private static async Task RequireDeniedAsync(NpgsqlDataSource pool, string sql)
    {
        var denied = await Assert.ThrowsAsync<PostgresException>(() => pool.ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    // One issued request, one queued of a device and one of a provider, and a place in the log.
    private static async Task<StorageScenario> CreateAsync()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await scenario.SubmitOneAsync(StorageScenario.Server(Guid.NewGuid()));
        await scenario.VerifyAsync();
        return scenario;
    }
}
