using System.Runtime.CompilerServices;
using Npgsql;

namespace SigningAuthority.Storage.Requests;

/// <summary>Reads what providers and devices asked for, whatever became of it, the newest first. Thread-safe.</summary>
public sealed class RequestHistory(NpgsqlDataSource dataSource)
{
    // A row's id begins with the clock of the process that made it, its submitted_at is the database's.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);

    private static readonly string Select = $"""
        select {SigningRequestRows.Columns} from sa.signing_request r
        where r.id < $1 and r.id >= $2 and r.submitted_at >= $3 and r.kind in ('ProvisioningServer', 'Device')
        order by r.id desc limit $4
        """;

    /// <param name="since">Inclusive; null for all.</param>
    /// <param name="last">At most so many requests.</param>
    /// <param name="pageSize">At most so many at once: what is held in memory.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async IAsyncEnumerable<IReadOnlyList<SigningRequestRecord>> PagesAsync(
        DateTimeOffset? since,
        long last,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var before = Guid.AllBitsSet;
        for (var left = last; left > 0; )
        {
            var page = await PageAsync(before, since, (int)Math.Min(left, pageSize), cancellation);
            if (page.Count == 0)
                yield break;
            yield return page;
            left -= page.Count;
            before = page[^1].Id.Value;
        }
    }

    private async Task<List<SigningRequestRecord>> PageAsync(Guid before, DateTimeOffset? since, int limit, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddValue(before);
        command.Parameters.AddValue(since is { } from ? FirstIdOf(from - ClockDifference) : Guid.Empty);
        command.Parameters.AddValue((since ?? DateTimeOffset.MinValue).UtcDateTime);
        command.Parameters.AddValue(limit);
        var page = new List<SigningRequestRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            page.Add(SigningRequestRows.Read(reader));
        return page;
    }

    /// <summary>RFC 9562 §5.7: 48 bits of milliseconds stand first; all that follows is zero here.</summary>
    private static Guid FirstIdOf(DateTimeOffset time)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(octets, Math.Max(0, time.ToUnixTimeMilliseconds()) << 16);
        return new Guid(octets, bigEndian: true);
    }
}
