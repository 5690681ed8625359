using System.Text.Json.Nodes;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Policy;
using Xunit;

namespace SigningAuthority.IntegrationTests.Limits;

/// <summary>An authority with tight limits and two front doors. Its Signer stands still, so that what is submitted stays unfinished.</summary>
public sealed class LimitedAuthority : IAsyncLifetime
{
    internal const int Submissions = 40;
    internal const int Downloads = 2;
    internal const int DownloadSeconds = 15;
    internal const int StaffCalls = 600;
    internal const int Unfinished = 5;
    internal const int Certificates = 9;

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-limits-").FullName;

    internal RunningAuthority Authority { get; private set; } = null!;

    internal FurtherApi Second { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var configuration = Path.Combine(_folder, "ca-config");
        CaConfigCopy.Write(configuration, ("policies/policy.json", Tighten));
        Authority = await RunningAuthority.StartAsync(
            new AuthorityOptions
            {
                Keys = KeyStoreKind.File,
                ApiEnvironment = new Dictionary<string, string> { ["CaConfig__Folder"] = configuration },
            }
        );
        Second = await FurtherApi.StartAsync(Authority, configuration);
    }

    public async Task DisposeAsync()
    {
        if (Second is not null)
            await Second.DisposeAsync();
        if (Authority is not null)
        {
            await Authority.VerifyLogAsync();
            await Authority.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A tenant of its own for a test, with one name, and its token.</summary>
    internal async Task<string> NewTenantAsync(string tenant)
    {
        await Authority.OperatorAsync("provider", "add", tenant);
        await Authority.OperatorAsync("name", "add", tenant, $"{tenant}.example.info");
        return await Authority.CreateTokenAsync("provider", tenant + "-noc", tenant);
    }

    private static void Tighten(JsonNode policy)
    {
        foreach (var limit in policy["limits"]!.AsArray())
        {
            var (most, seconds) = limit!["name"]!.GetValue<string>() switch
            {
                LimitNames.SubmissionsPerHour => (Submissions, 3600),
                LimitNames.DownloadsPerHour => (Downloads, DownloadSeconds),
                LimitNames.StaffRequestsPerMinute => (StaffCalls, 3600),
                LimitNames.UnfinishedRequests => (Unfinished, 60),
                LimitNames.CertificatesPerDay => (Certificates, 86_400),
                _ => (100_000, 60),
            };
            limit["most"] = most;
            limit["seconds"] = seconds;
        }
    }
}
