using System.Reflection;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>A refusal says what to do, and what it says works.</summary>
public sealed class TeachingRefusalTests
{
    [Theory]
    [InlineData("sprov.callme.com")]
    [InlineData("pv.telco.net/mailto:admin@telco.net")]
    [InlineData("prof.voice.com/info@voice.com")]
    public void The_line_in_the_refusal_of_a_guides_1024_bit_key_makes_a_request_that_is_accepted(string commonName)
    {
        var refused = Decide(new RequestBuilder { Key = TestKeys.Rsa1024, Hash = HashAlgorithmName.SHA1 }.WithCommonName(commonName));
        Assert.Equal(["request-hash", "key-too-small"], ShippedPolicy.Codes(refused));
        Assert.Single(refused.Violations.Select(violation => violation.Fix).Distinct());

        var folder = Directory.CreateTempSubdirectory("fix-");
        try
        {
            OpenSsl.RunInShell(refused.Violations[0].Fix, folder.FullName);
            var mended = ReadCertificationRequest.Read(File.ReadAllBytes(Path.Combine(folder.FullName, "provserver.csr"))).Request!;
            Assert.Equal(commonName, mended.CommonName);
            Assert.NotNull(ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { Request = mended }).Approved);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("sprov.callme.com/$(reboot)")]
    [InlineData("sprov.callme.com/`reboot`")]
    [InlineData("sprov.callme.com/\"; reboot; \"")]
    [InlineData("sprov.callme.com/a\\b")]
    [InlineData("sprov.callme.com; reboot")]
    [InlineData("$(reboot).callme.com")]
    public void A_line_to_paste_never_carries_what_a_shell_would_run(string commonName) =>
        Assert.All(
            Decide(new RequestBuilder { Key = TestKeys.Rsa1024 }.WithCommonName(commonName)).Violations,
            violation => Assert.DoesNotContain("reboot", violation.Fix)
        );

    /// <summary>Programs of providers look for these: a code is never renamed and never taken for another meaning.</summary>
    [Fact]
    public void No_code_that_was_published_is_gone() =>
        Assert.Empty(
            File.ReadAllLines(Path.Combine(RepositoryFolder.TestVectors, "policy-codes.txt"))
                .Where(line => line.Length > 0 && !line.StartsWith('#'))
                .Except(Rules().Select(rule => rule.Code))
        );

    [Fact]
    public void Every_rule_has_a_code_of_its_own_in_kebab_case_and_says_where_it_comes_from()
    {
        var rules = Rules().ToList();
        Assert.All(rules, rule => Assert.Matches("\\A[a-z0-9]+(-[a-z0-9]+)*\\z", rule.Code));
        Assert.All(rules, rule => Assert.False(string.IsNullOrWhiteSpace(rule.Source)));
        Assert.Empty(rules.CountBy(rule => rule.Code).Where(count => count.Value > 1).Select(count => count.Key));
    }

    private static IEnumerable<Rule> Rules() =>
        typeof(IssuancePolicy)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Rule))
            .Select(field => (Rule)field.GetValue(null)!);

    private static PolicyDecision Decide(RequestBuilder request) => ShippedPolicy.Policy.Decide(ShippedPolicy.Server(request));
}
