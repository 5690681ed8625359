using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Migrations;
using SigningAuthority.Storage.RevocationLists;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Benchmarks.RevocationLists;

/// <param name="PeakMebibytes">The most memory that this process has had until then, as the kernel counts it (proc(5), VmHWM).</param>
/// <param name="Octets">Of the published file.</param>
internal sealed record MeasuredList(long Entries, double Seconds, double PeakMebibytes, long Octets);

/// <summary>A database with nothing but what lists are made of, and the key room's own code with a key in memory.</summary>
internal sealed class RevocationListStage : IAsyncDisposable
{
    private const string Authority = "client";

    // Serial numbers as they are drawn: 16 octets, the first two bits 01. One in ten is on hold.
    private const string Fill = """
        insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at)
        select 'client', set_byte(serial, 0, (get_byte(serial, 0) & 63) | 64), gen_random_uuid(), 0, now() + interval '10 years',
            (array[1, 4, 5, 0, 3, 1, 4, 5, 9, 6])[1 + i % 10], date_trunc('second', now() - i * interval '1 second')
        from generate_series($1::integer, $2::integer) i, lateral (select substr(sha256(('serial' || i)::bytea), 1, 16) as serial) s
        """;

    private readonly NpgsqlDataSource _superuser;
    private readonly NpgsqlDataSource _signer;
    private readonly RSA _key = RSA.Create(2048);
    private readonly IssuedRevocationLists _lists;
    private IssueRevocationLists? _issue;
    private string _root = "";

    private RevocationListStage(string superuser, string signer)
    {
        _superuser = NpgsqlDataSource.Create(superuser + ";Command Timeout=0");
        _signer = PostgresConnections.BuildForLine(signer, "signing-authority signer");
        _lists = new IssuedRevocationLists(_signer);
    }

    public static async Task<RevocationListStage> CreateAsync(
        string superuser,
        string signer,
        string caConfig,
        CancellationToken cancellation
    )
    {
        var stage = new RevocationListStage(superuser, signer);
        await new MigrateDatabase(stage._superuser).RunAsync(new Dictionary<string, string>(), cancellation);
        if (await stage.CountAsync("select count(*) from sa.authority_certificate", cancellation) > 0)
            throw new InvalidOperationException("Somebody's authority works in this database: nothing is filled.");
        await stage.CreateAuthorityAsync(cancellation);
        stage._issue = await stage.CreateIssuerAsync(AuthorityConfiguration.Load(caConfig), cancellation);
        return stage;
    }

    /// <param name="after">How many there are.</param>
    /// <param name="count">How many more.</param>
    /// <param name="cancellation">Abandons them all.</param>
    public async Task FillAsync(int after, int count, CancellationToken cancellation)
    {
        // No certificate stands behind these.
        await RunAsync("alter table sa.revoked disable trigger of_certificate", cancellation);
        await using (var command = _superuser.CreateCommand(Fill))
        {
            command.Parameters.AddWithValue(after + 1);
            command.Parameters.AddWithValue(after + count);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await RunAsync("alter table sa.revoked enable always trigger of_certificate", cancellation);
        await RunAsync("vacuum analyze sa.revoked", cancellation);
        await RunAsync("checkpoint", cancellation);
    }

    /// <summary>Makes what is due, from the first look to the committed signature.</summary>
    public async Task<MeasuredList> MeasureAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.StartNew();
        await _issue!.RunAsync(Authority, cancellation);
        var seconds = began.Elapsed.TotalSeconds;
        var latest = (await _lists.LatestAsync(Authority, 2, cancellation)).MaxBy(list => list.Entries)!;
        return new MeasuredList(latest.Entries, seconds, PeakMebibytes(), latest.Octets);
    }

    /// <summary>The newest complete list and delta as they are published, and the root.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "root.pem"), _root, cancellation);
        foreach (var list in await _lists.NewestAsync(cancellation))
        {
            await using var file = File.Create(Path.Combine(folder, list.Kind.ToString().ToLowerInvariant() + ".crl"));
            file.Write(SignedRevocationList.Head(list.ToBeSignedOctets, list.Signature!.Length));
            await _lists.ReadToBeSignedAsync(list, chunk => file.WriteAsync(chunk, cancellation), cancellation);
            file.Write(SignedRevocationList.Tail(list.Signature));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _signer.DisposeAsync();
        await _superuser.DisposeAsync();
    }

    private async Task CreateAuthorityAsync(CancellationToken cancellation)
    {
        var request = new CertificateRequest("CN=Client Root for measuring", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(20));
        _root = root.ExportCertificatePem() + "\n";
        var key = Convert.ToHexString(_key.ExportSubjectPublicKeyInfo());
        const string columns = "authority, purpose, key_label, subject, spki, not_before, not_after";
        var values = $"'{Authority}', 'ClientRoot', 'client', 'Client Root', '\\x{key}', now(), now() + interval '20 years'";
        await RunAsync($"insert into sa.authority_intent ({columns}) values ({values})", cancellation);
        await RunAsync(
            $"insert into sa.authority_certificate ({columns}, der, transcript) values ({values}, '\\x{Convert.ToHexString(root.RawData)}', '-')",
            cancellation
        );
    }

    private async Task<IssueRevocationLists> CreateIssuerAsync(AuthorityConfiguration configuration, CancellationToken cancellation)
    {
        var authorities = new LaneAuthorities(
            new KeyInMemory(_key),
            new Authorities(_signer),
            new RootManifests(_signer),
            configuration,
            TimeProvider.System,
            new RetiredKeys(NullLogger<RetiredKeys>.Instance)
        );
        await authorities.RefreshAsync(cancellation);
        var environment = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Database:Connection", "-"), new("Publication:Address", "http://pki.example.com")])
            .Build();
        return new IssueRevocationLists(
            _signer,
            authorities,
            new SignList(_lists, authorities),
            configuration,
            SignerSettings.From(environment),
            new UnsafeInterruption(environment),
            new SignerIdentity(),
            TimeProvider.System,
            NullLogger<IssueRevocationLists>.Instance
        );
    }

    private static double PeakMebibytes()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    private async Task RunAsync(string sql, CancellationToken cancellation)
    {
        await using var command = _superuser.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<long> CountAsync(string sql, CancellationToken cancellation)
    {
        await using var command = _superuser.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>A store with one key: what is measured is the list, and one signature more or less is none of it.</summary>
    private sealed class KeyInMemory(RSA key) : IKeyStore
    {
        public string Describe() => "a key in memory";

        public void Probe() { }

        public bool Exists(string label) => true;

        public SigningKey Open(string label) => new FileSigningKey(key);

        public SigningKey Create(string label, KeyAlgorithm algorithm) => throw new KeyStoreException("There is one.", isTransient: false);

        public void Dispose() { }
    }
}
