using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>Finds the rows that kept new requests out, and says by which promise of uniqueness.</summary>
internal static class FindCollisions
{
    private const string Active = "kind = 'Device' and active";

    private const string Select = $"""
        select {SigningRequestRows.Columns} from sa.signing_request r where r.id in (
            select id from sa.signing_request join unnest($1::uuid[], $2::text[]) as k(provider, key) on provider_id = provider and idempotency_key = key
            union select id from sa.signing_request where mac = any($3) and {Active}
            union select id from sa.signing_request where serial = any($4) and {Active}
            union select id from sa.signing_request where spki_sha256 = any($5) and {Active})
        """;

    /// <summary>Null for a request that nothing is in the way of any more.</summary>
    internal static async Task<SubmitOutcome?[]> Async(
        NpgsqlDataSource dataSource,
        NewSigningRequest[] requests,
        CancellationToken cancellation
    )
    {
        var existing = await ReadAsync(dataSource, requests, cancellation);
        var outcomes = requests.Select(request => Explain(request, existing)).ToArray();
        var open = requests.Where((request, i) => outcomes[i] is null && UnitsLeft.OrderOf(request) is not null).ToArray();
        var reserved = open.Length == 0 ? [] : await FindReserved.Async(dataSource, open, cancellation);
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] ??= reserved.Contains(requests[i].Id.Value) ? SubmitOutcome.Reserved : null;
        return outcomes;
    }

    private static async Task<List<SigningRequestRecord>> ReadAsync(
        NpgsqlDataSource dataSource,
        NewSigningRequest[] requests,
        CancellationToken cancellation
    )
    {
        var keyed = requests.Where(r => r is { ProviderId: not null, IdempotencyKey: not null }).ToArray();
        var devices = requests.Where(r => r.Kind == RequestKind.Device).ToArray();
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddColumn(keyed, r => r.ProviderId!.Value);
        command.Parameters.AddColumn(keyed, r => r.IdempotencyKey!);
        command.Parameters.AddColumn(devices, r => r.Mac!);
        command.Parameters.AddColumn(devices, r => r.Serial!);
        command.Parameters.AddColumn(devices, r => r.PublicKeySha256);

        var rows = new List<SigningRequestRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(SigningRequestRows.Read(reader));
        return rows;
    }

    private static SubmitOutcome? Explain(NewSigningRequest request, List<SigningRequestRecord> existing)
    {
        var (row, conflict) = (Repeated(request, existing), Conflict.IdempotencyKey);
        if (row is not null)
            conflict = SaysTheSame(request, row) ? Conflict.IdempotencyKey : Conflict.IdempotencyKeyReused;
        else if (request.Kind == RequestKind.Device)
            (row, conflict) = SameDevice(request, [.. existing.Where(IsActiveDevice)]);

        return row is null ? null : new SubmitOutcome(false, row, conflict);
    }

    private static SigningRequestRecord? Repeated(NewSigningRequest request, List<SigningRequestRecord> existing) =>
        request is { ProviderId: not null, IdempotencyKey: not null }
            ? existing.Find(row => row.ProviderId == request.ProviderId && row.IdempotencyKey == request.IdempotencyKey)
            : null;

    // What the caller sent, not what the configuration of the day made of it.
    private static bool SaysTheSame(NewSigningRequest request, SigningRequestRecord row) =>
        row.Kind == request.Kind
        && row.CsrSha256.AsSpan().SequenceEqual(request.CsrSha256)
        && row.Devices.SequenceEqual(request.Devices)
        && row.Note == request.Note
        && row.Addresses.SequenceEqual(request.Addresses)
        && row.Succeeds == request.Succession?.Predecessor.Value
        && row.Succession == request.Succession?.Kind
        && row.Mac == request.Mac
        && row.Serial == request.Serial
        && row.Product == request.Product;

    /// <summary>A unit's newest request speaks for it. What keeps a reissue out though the unit has not come that far is another unit's.</summary>
    private static (SigningRequestRecord? Row, Conflict Conflict) SameDevice(NewSigningRequest request, List<SigningRequestRecord> devices)
    {
        var unit = devices.Where(row => row.Mac == request.Mac).OrderByDescending(row => row.Issue).ToList();
        if (unit.Count > 0 && !HasKeyOf(unit[0], request) && unit.Exists(row => HasKeyOf(row, request)))
            return (unit[0], Conflict.Superseded);
        if (unit.Count > 0 && (unit[0].Issue >= request.Issue || HasKeyOf(unit[0], request)))
            return (unit[0], Conflict.Mac);
        if (devices.Find(row => row.Serial == request.Serial && row.Mac != request.Mac) is { } sameSerial)
            return (sameSerial, Conflict.Serial);
        return (devices.Find(row => HasKeyOf(row, request)), Conflict.PublicKey);
    }

    private static bool HasKeyOf(SigningRequestRecord row, NewSigningRequest request) =>
        row.PublicKeySha256.AsSpan().SequenceEqual(request.PublicKeySha256);

    private static bool IsActiveDevice(SigningRequestRecord row) =>
        row.Kind == RequestKind.Device && row.State is not (RequestState.Refused or RequestState.Withdrawn or RequestState.Failed);
}
