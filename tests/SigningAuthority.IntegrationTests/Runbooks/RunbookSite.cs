using System.Globalization;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Lineage;
using SigningAuthority.IntegrationTests.Publication.Ocsp;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Runbooks;

/// <summary>
/// An authority with a configuration that may be changed, and the commands that runbooks name: signer, signctl, restart-authority, which asks
/// this fixture to start Signer and Api again.
/// </summary>
public sealed class RunbookSite : IAsyncLifetime
{
    private const int Devices = 3;

    private static readonly string Follow = Path.Combine(Repository.Root, "tests", "runbooks", "follow.sh");

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-runbooks-").FullName;
    private readonly FactoryDevice _unit = FactoryDevice.MakeQuickly();
    private string _request = "";

    internal RunningAuthority Authority { get; private set; } = null!;

    internal string Configuration => Path.Combine(_folder, "ca-config");

    private string Commands => Path.Combine(_folder, "commands");

    private string Asked => Path.Combine(_folder, "restart.asked");

    private string Done => Path.Combine(_folder, "restart.done");

    public async Task InitializeAsync()
    {
        CaConfigCopy.Write(Configuration);
        Authority = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File, CaConfig = Configuration });
        await DrawAsync();
        var provider = new LineageDesk(Authority.Client(Authority.TelcoToken), Authority.Scratch);
        (_request, _) = await provider.IssueAsync("gone.telco.net", "SPA962");
        // The first question of an authority waits for its responder; whoever asks next is answered at once.
        var ocsp = new OcspFlow(Authority);
        await ocsp.Client.AskAsync(await ocsp.RootAsync("client"));

        Directory.CreateDirectory(Commands);
        Write("signctl", $"exec dotnet '{BuiltProgram.Signctl}' \"$@\"");
        Write("restart-authority", $"touch '{Asked}'\nuntil [ -e '{Done}' ]; do sleep 0.1; done\nrm '{Done}'");
        Write(
            "signer",
            $$"""
            case ${1:-} in
            {{string.Join(
                '\n',
                new[] { ("operator | drill", "sa_operator"), ("log", "sa_auditor"), ("*", "sa_signer") }.Select(verb => $"{verb.Item1}) {Exports(verb.Item2)} ;;")
            )}}
            esac
            exec dotnet '{{BuiltProgram.Signer}}' "$@"
            """
        );
    }

    public async Task DisposeAsync()
    {
        if (Authority is not null)
        {
            await Authority.VerifyLogAsync();
            await Authority.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Devices in the field, of the root that signs now: for them a generation has to follow.</summary>
    internal async Task DrawAsync()
    {
        var line = new StationDesk(Authority.StationClient());
        for (var device = 0; device < Devices; device++)
            await line.CertifyAsync(FactoryDevice.MakeQuickly());
    }

    /// <summary>A generation's day is today.</summary>
    internal async Task BringDayForwardAsync(string root)
    {
        var published = $"select exists (select from sa.root_published where authority = '{root}')";
        var everything = Authority.Postgres.Connect(PostgresCluster.Superuser, Authority.Database);
        await Eventually.TrueAsync(() => everything.ScalarAsync<bool>(published), "the next generation is in a signed manifest");
        CaConfigCopy.Change(Path.Combine(Configuration, "policies", "policy.json"), policy => policy["roots"]!["publishedDaysAhead"] = 0);
        CaConfigCopy.Change(
            Path.Combine(Configuration, "authorities", root + ".json"),
            authority =>
                authority["activeFrom"] = DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
        );
        await RestartAsync();
    }

    /// <summary>Runs every sh block of deploy/runbooks/RUNBOOK.md; starts the processes again when it asks for that.</summary>
    /// <param name="runbook">Its name.</param>
    /// <param name="old">Id of the client root that it is about.</param>
    /// <param name="next">Id of the one that follows.</param>
    /// <returns>All that was said.</returns>
    internal Task<string> FollowAsync(string runbook, string old = "client", string next = "client-2") =>
        FollowPageAsync([$"deploy/runbooks/{runbook}.md"], old, next);

    /// <summary>The same of one section of the README.</summary>
    internal Task<string> FollowReadmeAsync(string section) => FollowPageAsync(["README.md", section], "client", "client-2");

    private async Task<string> FollowPageAsync(string[] page, string old, string next)
    {
        var following = ExternalProgram.RunAsync(
            "bash",
            [Follow, .. page],
            new Dictionary<string, string>
            {
                ["PATH"] = $"{Commands}:{Environment.GetEnvironmentVariable("PATH")}",
                ["TMPDIR"] = _folder,
                ["CA_CONFIG"] = Configuration,
                ["OLD"] = old,
                ["NEXT"] = next,
                ["SA_URL"] = Authority.Address.GetLeftPart(UriPartial.Authority),
                ["SA_PLAIN_URL"] = Authority.PlainAddress.GetLeftPart(UriPartial.Authority),
                ["SA_SIGNER_URL"] = Authority.SignerHealth().GetLeftPart(UriPartial.Authority),
                ["SA_CACERT"] = Authority.ServiceRootFile,
                ["SA_DATABASE"] = Authority.Postgres.ConnectionString(PostgresCluster.Superuser, Authority.Database),
                ["SA_DATABASE_COPY"] = Authority.Postgres.ConnectionString(PostgresCluster.Superuser, "drill"),
                ["SA_PROVIDER_TOKEN"] = Authority.TelcoToken,
                ["SA_AUDITOR_TOKEN"] = Authority.AuditorToken,
                ["SA_OPERATOR_TOKEN"] = Authority.OperatorToken,
                ["SA_STATION_CERT"] = Authority.StationCertificateFile,
                ["SA_STATION_KEY"] = Authority.StationKeyFile,
                ["SIGNCTL"] = Path.Combine(Commands, "signctl"),
                ["MAC"] = _unit.Mac,
                ["SERIAL"] = _unit.Serial,
                ["REQUEST"] = _request,
                ["RELOAD"] = "echo the server would be reloaded",
            }
        );
        while (!following.IsCompleted)
        {
            if (File.Exists(Asked))
            {
                File.Delete(Asked);
                await RestartAsync();
                await File.WriteAllTextAsync(Done, "");
            }

            await Task.WhenAny(following, Task.Delay(100));
        }

        return (await following).MustSucceed().Output;
    }

    private async Task RestartAsync()
    {
        await Task.WhenAll(Authority.StopSignerAsync(), Authority.StopApiAsync());
        await Task.WhenAll(Authority.StartSignerAsync(), Authority.StartApiAsync());
    }

    private string Exports(string role) =>
        string.Join(
            ' ',
            Authority
                .SignerEnvironment(role)
                .Select(setting =>
                    // A runbook may name another configuration for one command.
                    string.Create(CultureInfo.InvariantCulture, $"export {setting.Key}=\"${{{setting.Key}:-{setting.Value}}}\";")
                )
        );

    private void Write(string name, string script)
    {
        var file = Path.Combine(Commands, name);
        File.WriteAllText(file, $"#!/bin/bash\nset -euo pipefail\n{script}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_000_000);
    }
}
