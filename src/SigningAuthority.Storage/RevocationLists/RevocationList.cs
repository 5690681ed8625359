using Npgsql;

namespace SigningAuthority.Storage.RevocationLists;

/// <summary>A row of sa.crl with what became of it; the bytes are elsewhere.</summary>
public sealed record RevocationList
{
    internal const string Columns = """
        c.id, c.authority, c.kind, c.shard, c.number, c.base_number, c.this_update, c.next_update, c.entries, c.to_be_signed_sha256,
            c.to_be_signed_octets, i.signature, i.sha256, i.octets, i.issued_at
        """;

    public required long Id { get; init; }

    /// <summary>Its id in the configuration.</summary>
    public required string Authority { get; init; }

    public required RevocationListKind Kind { get; init; }

    /// <summary>0 but for a <see cref="RevocationListKind.Shard"/>.</summary>
    public required int Shard { get; init; }

    /// <summary>The cRLNumber.</summary>
    public required long Number { get; init; }

    /// <summary>Of a delta: the cRLNumber of the complete list that it adds to.</summary>
    public long? BaseNumber { get; init; }

    /// <summary>Whole seconds.</summary>
    public required DateTimeOffset ThisUpdate { get; init; }

    /// <summary>Whole seconds.</summary>
    public required DateTimeOffset NextUpdate { get; init; }

    public required long Entries { get; init; }

    public required byte[] ToBeSignedSha256 { get; init; }

    public required long ToBeSignedOctets { get; init; }

    /// <summary>Null until it is signed.</summary>
    public byte[]? Signature { get; init; }

    /// <summary>Over the whole file. Null until it is signed.</summary>
    public byte[]? Sha256 { get; init; }

    /// <summary>Of the whole file; 0 until it is signed.</summary>
    public long Octets { get; init; }

    /// <summary>By the database's clock; null until it is signed.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    internal static RevocationList Read(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            Authority = row.GetString(1),
            Kind = Enum.Parse<RevocationListKind>(row.GetString(2)),
            Shard = row.GetInt32(3),
            Number = row.GetInt64(4),
            BaseNumber = row.IsDBNull(5) ? null : row.GetInt64(5),
            ThisUpdate = row.GetFieldValue<DateTimeOffset>(6),
            NextUpdate = row.GetFieldValue<DateTimeOffset>(7),
            Entries = row.GetInt64(8),
            ToBeSignedSha256 = row.GetFieldValue<byte[]>(9),
            ToBeSignedOctets = row.GetInt64(10),
            Signature = row.IsDBNull(11) ? null : row.GetFieldValue<byte[]>(11),
            Sha256 = row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12),
            Octets = row.IsDBNull(13) ? 0 : row.GetInt64(13),
            IssuedAt = row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14),
        };

    internal static async Task<IReadOnlyList<RevocationList>> ReadAllAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var lists = new List<RevocationList>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            lists.Add(Read(row));
        return lists;
    }
}
