using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Keys;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Ceremony;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Storage.Certificates;
using Xunit;

namespace SigningAuthority.IntegrationTests.Ceremony;

[Collection(InProcessTokens.Name)]
public sealed class CeremonyTests : IAsyncLifetime
{
    private static readonly string ConfigurationFolder = FindConfiguration();
    private readonly DirectoryInfo _transcripts = Directory.CreateTempSubdirectory("sa-ceremony-");
    private readonly StringWriter _output = new();
    private readonly AuthorityConfiguration _configuration = AuthorityConfiguration.Load(ConfigurationFolder);
    private SoftHsmToken _token = null!;
    private Pkcs11KeyStore _keys = null!;
    private NpgsqlDataSource _superuser = null!;
    private Authorities _authorities = null!;
    private string _signerConnection = "";

    public async Task InitializeAsync()
    {
        _token = await SoftHsmToken.CreateForThisProcessAsync();
        _keys = new Pkcs11KeyStore(new Pkcs11Options(SoftHsmToken.Module, _token.Label, _token.PinFile));
        var cluster = await PostgresCluster.SharedAsync();
        var database = await cluster.CreateDatabaseAsync();
        _superuser = cluster.Connect(PostgresCluster.Superuser, database);
        _signerConnection = cluster.ConnectionString("sa_signer", database);
        _authorities = new Authorities(cluster.Connect("sa_signer", database));
    }

    public async Task DisposeAsync()
    {
        _keys.Dispose();
        await _token.DisposeAsync();
        _transcripts.Delete(recursive: true);
    }

    [Fact]
    public async Task A_ceremony_makes_key_root_record_entries_and_a_transcript_that_OpenSSL_verifies()
    {
        Assert.Equal(0, await CreateAsync(["sipura"]));

        var created = Assert.Single(await _authorities.ReadAllAsync());
        using var root = X509CertificateLoader.LoadCertificate(created.Der!);
        Assert.Equal(["authority.intended", "authority.created"], await LogTypesAsync());
        Assert.Equal(root.SubjectName.RawData, root.IssuerName.RawData);
        Assert.Equal("Sipura CA", root.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.Equal(20 * 365.25, (root.NotAfter - root.NotBefore).TotalDays);
        Assert.Equal(created.Transcript, await File.ReadAllTextAsync(PathOf("sipura.transcript.txt")));
        Assert.Contains(_token.Label, created.Transcript);
        Assert.DoesNotContain((await File.ReadAllTextAsync(_token.PinFile)).Trim(), created.Transcript);
        await OpenSslAsync(
            "dgst",
            "-sha256",
            "-verify",
            "sipura.transcript.txt",
            "-signature",
            "sipura.transcript.txt.sig",
            "sipura.transcript.txt"
        );
        await File.WriteAllTextAsync(PathOf("root.pem"), root.ExportCertificatePem());
        await OpenSslAsync("verify", "-x509_strict", "-check_ss_sig", "-CAfile", "root.pem", "root.pem");
    }

    [Fact]
    public async Task The_logs_key_has_no_certificate_and_signs_its_own_transcript()
    {
        Assert.Equal(0, await CreateAsync(["log"]));

        Assert.Null(Assert.Single(await _authorities.ReadAllAsync()).Der);
        await OpenSslAsync(
            "dgst",
            "-sha256",
            "-verify",
            "log.transcript.txt",
            "-signature",
            "log.transcript.txt.sig",
            "log.transcript.txt"
        );
    }

    [Fact]
    public async Task An_authority_that_exists_is_left_as_it_is()
    {
        await CreateAsync(["sipura"]);
        var before = Assert.Single(await _authorities.ReadAllAsync());

        Assert.Equal(CeremonyOutcome.Refused, await CreateAsync(["sipura", "log"]));

        var after = await _authorities.ReadAllAsync();
        Assert.Equal(before.Der, after.Single(a => a.Authority == "sipura").Der);
        Assert.Contains(after, a => a.Authority == "log");
    }

    [Fact]
    public async Task A_key_that_no_ceremony_recorded_is_used_only_when_the_operator_adopts_it()
    {
        using var stray = _keys.Create("sipura", KeyAlgorithm.Rsa2048);

        await Assert.ThrowsAsync<CeremonyRefusal>(() => CreateAsync(["sipura"]));
        Assert.Empty(await _authorities.ReadAllAsync());

        Assert.Equal(0, await CreateAsync(["sipura"], adoptKey: true));
        Assert.Equal(stray.SubjectPublicKeyInfo, Assert.Single(await _authorities.ReadAllAsync()).SubjectPublicKeyInfo);
    }

    [Theory]
    [InlineData(1, "before the root was signed")]
    [InlineData(2, "after the root was signed")]
    public async Task An_interrupted_ceremony_held_again_gives_the_bytes_that_were_recorded(int diesAtSignature, string when)
    {
        using var dying = new DyingKeyStore(_keys, diesAtSignature);
        await Assert.ThrowsAsync<KeyStoreException>(() => CreateAsync(["sipura"], keys: dying));
        var intent = await _authorities.FindIntentAsync("sipura");
        Assert.NotNull(intent);
        Assert.Empty(await _authorities.ReadAllAsync());
        Assert.Equal(["authority.intended"], await LogTypesAsync());

        Assert.True(await CreateAsync(["sipura"]) == 0, when);

        var created = Assert.Single(await _authorities.ReadAllAsync());
        Assert.Equal(intent.ToBeSigned, SignedCertificate.ToBeSignedIn(created.Der!).ToArray());
        Assert.Equal(["authority.intended", "authority.created"], await LogTypesAsync());
        if (dying.LastSignature is { } signature)
            Assert.Equal(SignedCertificate.Assemble(intent.ToBeSigned, signature), created.Der);
    }

    [Fact]
    public async Task Answers_that_differ_from_the_configuration_are_refused_by_field()
    {
        var refusal = await Assert.ThrowsAsync<CeremonyRefusal>(() =>
            CreateAsync(["sipura"], answers: answer => answer with { Key = "RSA-4096", ValidityYears = 30 })
        );

        Assert.Contains("key: answered RSA-4096, configured RSA-2048", refusal.Message);
        Assert.Contains("validityYears: answered 30, configured 20", refusal.Message);
        Assert.DoesNotContain("subject:", refusal.Message);
        Assert.False(_keys.Exists("sipura"));
        Assert.Empty(await LogTypesAsync());
    }

    [Theory]
    [InlineData("sipura\n", true)]
    [InlineData("yes\n", false)]
    [InlineData("", false)]
    public async Task At_the_terminal_only_the_authoritys_id_says_yes(string typed, bool confirmed)
    {
        var terminal = new AskAtTerminal(new StringReader(typed), _output);

        var ceremony = Record.ExceptionAsync(() => CreateAsync(["sipura"], confirm: terminal.Confirm));

        Assert.Equal(confirmed, await ceremony is null);
        Assert.Equal(confirmed, _keys.Exists("sipura"));
        Assert.Contains("CN=Sipura CA", _output.ToString());
        Assert.Contains("RSA-2048", _output.ToString());
    }

    [Fact]
    public async Task The_command_makes_all_authorities_and_run_again_finds_nothing_to_do()
    {
        var answers = PathOf("answers.json");
        await File.WriteAllTextAsync(answers, Answers(_configuration.Authorities, answer => answer));
        string[] command = ["create", "--all", "--answers", answers, "--transcripts", _transcripts.FullName];

        Assert.Equal(0, await RunCommandAsync(command));
        Assert.Equal(0, await RunCommandAsync(command));

        Assert.Equal(
            _configuration.Authorities.Select(a => a.Id).Order(),
            (await _authorities.ReadAllAsync()).Select(a => a.Authority).Order()
        );
        Assert.Equal(
            CeremonyOutcome.Refused,
            await RunCommandAsync(["create", "sipura", "--answers", answers, "--transcripts", _transcripts.FullName])
        );
        Assert.Equal(0, await RunCommandAsync(["show"]));
    }

    private async Task<int> CreateAsync(
        string[] ids,
        bool adoptKey = false,
        IKeyStore? keys = null,
        Func<Answer, Answer>? answers = null,
        Func<AuthorityPlan, Confirmation>? confirm = null
    )
    {
        var file = PathOf("answers.json");
        await File.WriteAllTextAsync(file, Answers(_configuration.Authorities, answers ?? (answer => answer)));
        var create = new CreateAuthorities(_configuration, _authorities, keys ?? _keys, TimeProvider.System, _output);
        return await create.RunAsync(
            ids,
            confirm ?? PreparedAnswers.Read(file).Confirm,
            adoptKey,
            _transcripts.FullName,
            CancellationToken.None
        );
    }

    private Task<int> RunCommandAsync(string[] arguments)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(_token.Settings)
            .AddInMemoryCollection(
                new Dictionary<string, string?> { ["CaConfig:Folder"] = ConfigurationFolder, ["Database:Connection"] = _signerConnection }
            )
            .Build();
        return CeremonyCommand.Create(configuration).Parse(arguments).InvokeAsync();
    }

    private async Task<List<string>> LogTypesAsync()
    {
        await using var command = _superuser.CreateCommand("select type from sa.log_entry order by id");
        await using var reader = await command.ExecuteReaderAsync();
        var types = new List<string>();
        while (await reader.ReadAsync())
            types.Add(reader.GetString(0));
        return types;
    }

    private async Task OpenSslAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("openssl", arguments)
            {
                UseShellExecute = false,
                WorkingDirectory = _transcripts.FullName,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    private string PathOf(string file) => Path.Combine(_transcripts.FullName, file);

    private static string Answers(IEnumerable<AuthorityDefinition> authorities, Func<Answer, Answer> change) =>
        JsonSerializer.Serialize(
            new { Ceremonies = authorities.Select(a => change(new Answer(a.Id, a.Subject, a.Key, a.ValidityYears, "the test"))) },
            JsonSerializerOptions.Web
        );

    private static string FindConfiguration()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SigningAuthority.sln")))
                return Path.Combine(folder.FullName, "ca-config");
        }

        throw new DirectoryNotFoundException("The repository's root is not above the test's folder.");
    }

    internal sealed record Answer(string Authority, IReadOnlyList<NameTemplate> Subject, string Key, int ValidityYears, string ConfirmedBy);
}
