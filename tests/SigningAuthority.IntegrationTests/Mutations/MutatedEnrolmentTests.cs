using System.Text;
using SigningAuthority.Api.Stations.Est;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Mutations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>Mutated bodies of EST's simpleenroll through all that reads them and decides, without the database.</summary>
public sealed class MutatedEnrolmentTests
{
    private const int Cases = 40_000;

    private static readonly AuthorityConfiguration Configuration = AuthorityConfiguration.Load(Repository.CaConfig);

    private static readonly ReadEnrolment Enrolments = new(new DeviceProfiles(Configuration));

    private static readonly IssuancePolicy Policy = new(Configuration);

    private static readonly AuthoritiesAt Available = new(
        Configuration.Authorities.ToDictionary(authority => authority.Id, _ => DateTimeOffset.UnixEpoch),
        DateTimeOffset.UtcNow
    );

    [Fact]
    public void Mutated_EST_bodies_are_read_or_refused_and_none_takes_long() =>
        MutationRun.Survive(new MutatedCases(MutationRun.Seed, SampleEnrolments.All, SampleEnrolments.Base64, der => der), Cases, Survive);

    private static void Survive(byte[] body)
    {
        if (EstMedia.Decode(body) is not { } der)
            return;
        var outcome = ReadCertificationRequest.Read(der);
        Assert.True(outcome.Request is null == outcome.Violations.Count > 0);
        if (outcome.Request is not { } request)
            return;
        var submission = Enrolments.Read(request, null);
        // A device that the subject does not name whole is said to be missing.
        Assert.True(
            submission.Violations.Count > 0
                || (submission.Mac is not null && submission.Serial is not null && submission.Product is not null)
        );
        var decision = Policy.Decide(
            new DeviceFacts(
                request,
                submission.Mac ?? "000E08ABCDEF",
                submission.Serial ?? "FM500F100001",
                submission.Product ?? "SPA962",
                KeyHistory.Unknown,
                Available
            )
        );
        Assert.True(decision.Approved is null == decision.Violations.Count > 0);
    }
}
