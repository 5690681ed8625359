using Npgsql;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.KeyPairs;

/// <summary>Reads rows of sa.key_pair.</summary>
internal static class KeyPairRows
{
    /// <summary>For the alias "k".</summary>
    internal const string Columns = """
        k.id, k.order_id, k.station_id, k.mac, k.serial, k.product, k.issue, k.requested_by, k.requested_at, k.state, k.csr, k.recipient_sha256,
        k.envelope, k.made_at, k.violations, k.erased_at, k.spki_sha256
        """;

    internal static async Task<IReadOnlyList<KeyPair>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<KeyPair>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(Read(row));
        return found;
    }

    private static KeyPair Read(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetGuid(0),
            OrderId = row.GetGuid(1),
            StationId = row.GetGuid(2),
            Mac = row.GetString(3),
            Serial = row.GetString(4),
            Product = row.GetString(5),
            Issue = row.GetInt16(6),
            RequestedBy = row.GetString(7),
            RequestedAt = row.GetFieldValue<DateTimeOffset>(8),
            State = Enum.Parse<KeyPairState>(row.GetString(9)),
            Csr = Octets(row, 10),
            RecipientSha256 = Octets(row, 11),
            Envelope = Octets(row, 12),
            MadeAt = row.GetFieldValue<DateTimeOffset?>(13),
            Violations = SigningRequestRows.ReadViolations(row.GetString(14)),
            ErasedAt = row.GetFieldValue<DateTimeOffset?>(15),
            PublicKeySha256 = Octets(row, 16),
        };

    private static byte[]? Octets(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}
