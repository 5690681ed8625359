using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.RevocationLists;
using SigningAuthority.Storage.Roots;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>
/// A database with certificates of the client root, whose key is at hand, and the key room's own code that makes lists, by a clock that
/// the test moves. It begins a month ago: what the log says is never of a time to come.
/// </summary>
internal sealed class ListScenario : IDisposable
{
    public const string Authority = "client";

    private readonly RSA _key = RSA.Create(2048);
    private readonly string _folder = Directory.CreateTempSubdirectory("sa-lists-").FullName;

    private ListScenario(StorageScenario storage) => Storage = storage;

    public StorageScenario Storage { get; }

    public SettableTime Time { get; } = new(DateTimeOffset.UtcNow.AddDays(-30));

    public DateTimeOffset Now => Time.GetUtcNow();

    public AsymmetricKeyParameter PublicKey => PublicKeyFactory.CreateKey(_key.ExportSubjectPublicKeyInfo());

    /// <summary>For the front door's files; gone with the scenario.</summary>
    public string CacheFolder => Path.Combine(_folder, "cache");

    private string CaConfig => Path.Combine(_folder, "ca-config");

    /// <param name="change">Of the policy's section crl.</param>
    public static async Task<ListScenario> CreateAsync(Action<JsonNode>? change = null)
    {
        var scenario = new ListScenario(await StorageScenario.CreateAsync());
        CaConfigCopy.Write(scenario.CaConfig, ("policies/policy.json", policy => change?.Invoke(policy["crl"]!)));
        await scenario.CreateAuthorityAsync();
        return scenario;
    }

    /// <summary>A Signer's part that makes lists; each call is another Signer's.</summary>
    public IssueRevocationLists NewSigner()
    {
        var configuration = AuthorityConfiguration.Load(CaConfig);
        var lists = new IssuedRevocationLists(Storage.Signer);
        var authorities = new LaneAuthorities(
            new OneKeyStore(_key),
            new Authorities(Storage.Signer),
            new RootManifests(Storage.Signer),
            configuration,
            TimeProvider.System,
            new RetiredKeys(NullLogger<RetiredKeys>.Instance)
        );
        authorities.RefreshAsync(default).GetAwaiter().GetResult();
        var settings = SignerSettings.From(
            new ConfigurationBuilder()
                .AddInMemoryCollection([new("Database:Connection", "-"), new("Publication:Address", "http://pki.example.com")])
                .Build()
        );
        return new IssueRevocationLists(
            Storage.Signer,
            authorities,
            new SignList(lists, authorities),
            configuration,
            settings,
            new UnsafeInterruption(new ConfigurationBuilder().Build()),
            new SignerIdentity(),
            Time,
            NullLogger<IssueRevocationLists>.Instance
        );
    }

    /// <summary>Makes what is due, some seconds later than the last time.</summary>
    public async Task<bool> RunAsync(IssueRevocationLists? signer = null)
    {
        Time.Advance(TimeSpan.FromSeconds(5));
        return await (signer ?? NewSigner()).RunAsync(Authority, default);
    }

    /// <summary>Certificates that end after so long.</summary>
    /// <returns>Serial numbers, upper-case hexadecimal.</returns>
    public async Task<IReadOnlyList<string>> IssueAsync(int count, TimeSpan? life = null, int shard = 0)
    {
        await Storage.SubmitAsync([.. Enumerable.Range(0, count).Select(_ => StorageScenario.Device())]);
        var queue = Storage.Queue();
        var claimed = await queue.ClaimAsync(Issuance.Requests.Lane.Device, count, TimeSpan.FromMinutes(1));
        var intents = claimed
            .SelectMany(StorageScenario.Intend)
            .Select(intent => intent with { CrlShard = shard, NotBefore = Now, NotAfter = life is { } end ? Now + end : intent.NotAfter })
            .ToList();
        await StorageScenario.CommitIntentsAsync(queue, intents);
        await StorageScenario.CommitCertificatesAsync(queue, intents);
        return intents.ConvertAll(intent => intent.SerialNumber.Hex);
    }

    /// <summary>As the key room does it when it has decided.</summary>
    public Task RevokeAsync(string serial, int reason = 1) =>
        Storage.Signer.ExecuteAsync(
            $"""
            update sa.revoked set reason = {reason} where authority = '{Authority}' and serial_number = '\x{serial}';
            insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at)
            select authority, serial_number, request_id, crl_shard, not_after, {reason}, date_trunc('second', now())
            from sa.intent i where authority = '{Authority}' and serial_number = '\x{serial}'
                and not exists (select from sa.revoked r where r.authority = i.authority and r.serial_number = i.serial_number)
            """
        );

    /// <summary>As if the database had been restored into a cluster whose transactions have lower numbers.</summary>
    public async Task ComeFromAnotherClusterAsync()
    {
        await ForceAsync("crl", "append_only", "snapshot = '9000000000:9000000000:'");
        await ForceAsync("revoked", "transition", "xid = '8999999999'");
    }

    /// <summary>Changes all rows of a table as nobody but a superuser can.</summary>
    public async Task ForceAsync(string table, string guard, string assignment)
    {
        await Storage.Superuser.ExecuteAsync($"alter table sa.{table} disable trigger {guard}");
        await Storage.Superuser.ExecuteAsync($"update sa.{table} set {assignment}");
        await Storage.Superuser.ExecuteAsync($"alter table sa.{table} enable always trigger {guard}");
    }

    public Task<IReadOnlyList<RevocationList>> ListsAsync() => new IssuedRevocationLists(Storage.Auditor).LatestAsync(Authority, 10_000);

    /// <summary>The newest of a kind, put together as the front door does, verified and read.</summary>
    public async Task<ParsedList> ReadAsync(RevocationListKind kind, int shard = 0) =>
        await ReadAsync(Assert.Single(await NewestAsync(), list => list.Kind == kind && list.Shard == shard));

    public async Task<ParsedList> ReadAsync(RevocationList list)
    {
        using var file = new MemoryStream();
        file.Write(SignedRevocationList.Head(list.ToBeSignedOctets, list.Signature!.Length));
        await new IssuedRevocationLists(Storage.Api).ReadToBeSignedAsync(list, chunk => file.WriteAsync(chunk));
        file.Write(SignedRevocationList.Tail(list.Signature));
        Assert.Equal(list.Sha256, SHA256.HashData(file.ToArray()));
        Assert.Equal(list.Octets, file.Length);
        var parsed = new ParsedList(file.ToArray());
        parsed.Verify(PublicKey);
        Assert.Equal((list.Number, list.BaseNumber), (parsed.Number, parsed.BaseNumber));
        return parsed;
    }

    public Task<IReadOnlyList<RevocationList>> NewestAsync() => new IssuedRevocationLists(Storage.Api).NewestAsync();

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CreateAuthorityAsync()
    {
        var request = new CertificateRequest("O=Test, CN=Client Root", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(30));
        var columns = "authority, purpose, key_label, subject, spki, not_before, not_after";
        var values =
            $"'{Authority}', 'ClientRoot', 'client', 'Client Root', '\\x{Convert.ToHexString(_key.ExportSubjectPublicKeyInfo())}', now(), now() + interval '30 years'";
        await Storage.Superuser.ExecuteAsync($"insert into sa.authority_intent ({columns}) values ({values})");
        await Storage.Superuser.ExecuteAsync(
            $"insert into sa.authority_certificate ({columns}, der, transcript) values ({values}, '\\x{Convert.ToHexString(root.RawData)}', '-')"
        );
    }
}
