using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Mutations;

/// <summary>Mutated CSRs, as providers send them, through decoder and policy: a decision or a refusal, nothing else, and soon.</summary>
public sealed class ManyMutatedRequestsTests
{
    private const int Cases = 80_000;
    private const int LargeCases = 2_000;

    [Fact]
    public void Mutated_requests_are_decided_on_or_refused_and_none_takes_long() => Run(SampleRequests.Usual, Cases);

    [Fact]
    public void Nor_do_mutated_requests_with_numbers_as_large_as_a_body() => Run(SampleRequests.Large, LargeCases);

    private static void Run(IReadOnlyList<byte[]> originals, int cases) =>
        MutationRun.Survive(
            new MutatedCases(MutationRun.Seed, originals, der => der, Pem, der => [.. Encoding.UTF8.Preamble, .. Pem(der)]),
            cases,
            Survive
        );

    private static void Survive(byte[] body)
    {
        var outcome = ReadCertificationRequest.Read(body);
        Assert.True(outcome.Request is null == outcome.Violations.Count > 0);
        Assert.All(outcome.Violations, violation => Assert.False(string.IsNullOrWhiteSpace(violation.Code + violation.Message)));
        if (outcome.Request is not { } request)
            return;

        foreach (
            var decision in new[]
            {
                ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { Request = request }),
                ShippedPolicy.Policy.Decide(ShippedPolicy.Device() with { Request = request }),
            }
        )
            Assert.True(decision.Approved is null == decision.Violations.Count > 0);
    }

    private static byte[] Pem(byte[] der) => Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", der));
}
