using SigningAuthority.Issuance.Ocsp;
using Xunit;

namespace SigningAuthority.UnitTests.Mutations;

/// <summary>Mutated OCSP requests: each is read, or has the status to answer it with.</summary>
public sealed class ManyMutatedOcspRequestsTests
{
    private const int Cases = 80_000;

    [Fact]
    public void Mutated_OCSP_requests_are_read_or_have_a_status_and_none_takes_long() =>
        MutationRun.Survive(new MutatedCases(MutationRun.Seed, SampleOcspRequests.All), Cases, Survive);

    private static void Survive(byte[] body)
    {
        var reading = OcspRequest.Read(body);
        Assert.Equal(reading.Request is not null, reading.Status == OcspResponseStatus.Successful);
        if (reading.Request is not { } request)
        {
            // What a responder says of a request that it can't answer (RFC 6960 §4.2.1).
            Assert.Contains(reading.Status, new[] { OcspResponseStatus.MalformedRequest, OcspResponseStatus.Unauthorized });
            return;
        }

        Assert.InRange(request.Certificates.Count, 1, OcspRequest.MostCertificates);
        Assert.True(request.Nonce is null or { Length: >= 1 and <= 128 });
        Assert.All(request.Certificates, id => Assert.True(body.AsSpan().IndexOf(id.Der) >= 0));
    }
}
