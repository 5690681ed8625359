using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using SigningAuthority.Benchmarks.Load;
using SigningAuthority.Benchmarks.Processes;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Benchmarks.Draining;

/// <summary>Queues devices as the front door does, without the front door, while the Signer is stopped (SIGSTOP); then lets it go.</summary>
internal sealed class FullQueue(string connection, int signer)
{
    private const int SigStop = 19;
    private const int SigCont = 18;
    private const int AtOnce = 64;
    private const string Actor = "station/benchmark";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>The middle is measured: neither the first claims nor the last, which are no full batches.</summary>
    private const double From = 0.2;
    private const double To = 0.95;

    public async Task<LoadResult> RunAsync(ReadOnlyMemory<byte>[] lines, Watched watched, CancellationToken cancellation)
    {
        await using var database = PostgresConnections.Build(connection, "signing-authority benchmark");
        // Issued units leave the queue; the row's index of those in it is small enough to be counted again and again.
        async Task<int> LeftAsync() =>
            (int)await ScalarAsync<long>(database, "select count(*) from sa.signing_request where open", cancellation);

        Signal(SigStop);
        try
        {
            await QueueAsync(database, lines, cancellation);
        }
        finally
        {
            Signal(SigCont);
        }

        var (began, ended) = ((Left: 0, At: 0L), (Left: 0, At: 0L));
        while (await LeftAsync() is var left && left > lines.Length * (1 - To))
        {
            if (began.At == 0 && left < lines.Length * (1 - From))
            {
                watched.Begin();
                began = (left, Stopwatch.GetTimestamp());
            }

            await Task.Delay(Interval, cancellation);
        }

        ended = (await LeftAsync(), Stopwatch.GetTimestamp());
        return new LoadResult(began.Left - ended.Left, lines.Length, 0, 0, Stopwatch.GetElapsedTime(began.At, ended.At), []);
    }

    private static async Task QueueAsync(NpgsqlDataSource database, ReadOnlyMemory<byte>[] lines, CancellationToken cancellation)
    {
        var station = await ScalarAsync<Guid>(database, "select id from sa.station where name = 'benchmark'", cancellation);
        var order = await ScalarAsync<Guid>(database, "select id from sa.production_order where closed_at is null limit 1", cancellation);
        var submit = new SubmitSigningRequests(database);
        foreach (var group in lines.Chunk(AtOnce))
            await submit.SubmitAsync([.. group.AsParallel().AsOrdered().Select(line => Submission(line, station, order))], cancellation);
    }

    private static (NewSigningRequest, LogEntry) Submission(ReadOnlyMemory<byte> line, Guid station, Guid order)
    {
        using var json = JsonDocument.Parse(line);
        string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
        var (mac, serial, product) = (Text("mac"), Text("serial"), Text("product"));
        var csr = ReadCertificationRequest.Read(Convert.FromBase64String(Text("csr"))).Request!;
        var request = new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.Device,
            Lane.Device,
            ProviderId: null,
            station,
            csr.Der.ToArray(),
            csr.Sha256,
            csr.Key.Sha256,
            Fqdn: null,
            mac,
            serial,
            product,
            [product],
            ["client"],
            Profile: null,
            IdempotencyKey: null,
            Note: null,
            Actor
        )
        {
            OrderId = order,
        };
        return (
            request,
            new RequestSubmitted
            {
                At = DateTimeOffset.UtcNow,
                Actor = Actor,
                Subject = mac,
                RequestId = request.Id.Value,
                Mac = mac,
                Serial = serial,
                Kind = nameof(RequestKind.Device),
                CsrSha256 = Convert.ToHexStringLower(csr.Sha256),
                PublicKeySha256 = Convert.ToHexStringLower(csr.Key.Sha256),
                Devices = [product],
                Generations = ["client"],
                PolicyVersion = "benchmark",
                PolicyHash = new string('0', 64),
                SourceAddress = "127.0.0.1",
            }
        );
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private void Signal(int signal)
    {
        if (Kill(signer, signal) != 0)
            throw new InvalidOperationException($"Process {signer} can't be signalled: it is none of ours, or is not there.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
