using System.Text.Json;
using Npgsql;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>Reads rows of sa.signing_request on the hot path, and keeps the JSON of violations in one spelling.</summary>
internal static class SigningRequestRows
{
    internal const int Count = 34;

    /// <summary>The columns in the order that <see cref="Read"/> expects, for the alias "r".</summary>
    internal const string Columns = """
        r.id, r.kind, r.lane, r.state, r.provider_id, r.station_id, r.csr, r.csr_sha256, r.spki_sha256, r.fqdn, r.mac, r.serial, r.product,
        r.devices, r.authorities, r.profile, r.idempotency_key, r.note, r.submitted_by, r.submitted_at, r.attempts, r.due_at, r.leased_by,
        r.violations, r.failure, r.finished_at, r.submitted_token, r.addresses, r.succeeds, r.succession, r.approvals_needed, r.approval_expires_at,
        r.order_id, r.issue
        """;

    internal static SigningRequestRecord Read(NpgsqlDataReader row) =>
        new()
        {
            Id = new SigningRequestId(row.GetGuid(0)),
            Kind = Enum.Parse<RequestKind>(row.GetString(1)),
            Lane = Enum.Parse<Lane>(row.GetString(2)),
            State = Enum.Parse<RequestState>(row.GetString(3)),
            ProviderId = row.GetFieldValue<Guid?>(4),
            StationId = row.GetFieldValue<Guid?>(5),
            Csr = row.GetFieldValue<byte[]>(6),
            CsrSha256 = row.GetFieldValue<byte[]>(7),
            PublicKeySha256 = row.GetFieldValue<byte[]>(8),
            Fqdn = Text(row, 9),
            Mac = Text(row, 10),
            Serial = Text(row, 11),
            Product = Text(row, 12),
            Devices = row.GetFieldValue<string[]>(13),
            Authorities = row.GetFieldValue<string[]>(14),
            Profile = Text(row, 15),
            IdempotencyKey = Text(row, 16),
            Note = Text(row, 17),
            SubmittedBy = row.GetString(18),
            SubmittedAt = row.GetFieldValue<DateTimeOffset>(19),
            Attempts = row.GetInt32(20),
            DueAt = row.GetFieldValue<DateTimeOffset>(21),
            LeasedBy = row.GetFieldValue<Guid?>(22),
            Violations = ReadViolations(row.GetString(23)),
            Failure = Text(row, 24),
            FinishedAt = row.GetFieldValue<DateTimeOffset?>(25),
            SubmittedToken = row.GetFieldValue<Guid?>(26),
            Addresses = row.GetFieldValue<string[]>(27),
            Succeeds = row.GetFieldValue<Guid?>(28),
            Succession = Text(row, 29) is { } succession ? Enum.Parse<SuccessionKind>(succession) : null,
            ApprovalsNeeded = row.GetInt16(30),
            ApprovalExpiresAt = row.GetFieldValue<DateTimeOffset?>(31),
            OrderId = row.GetFieldValue<Guid?>(32),
            Issue = row.GetInt16(33),
        };

    internal static string WriteViolations(IReadOnlyList<Violation> violations) =>
        JsonSerializer.Serialize(violations, JsonSerializerOptions.Web);

    internal static IReadOnlyList<Violation> ReadViolations(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize<Violation[]>(json, JsonSerializerOptions.Web)!;

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
