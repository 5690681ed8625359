using System.Runtime.CompilerServices;
using System.Text.Json;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Entries;

/// <summary>Each decision's entry says by which policy it was made: its version, and the hash of all of ca-config.</summary>
public sealed class DecisionEntryTests
{
    /// <summary>What happens to a request without anybody deciding by policy.</summary>
    private static readonly string[] NoDecisions = [RequestFailed.TypeName, RequestRetried.TypeName, "request.withdrawn"];

    /// <summary>A new kind about requests is a decision unless it is listed above.</summary>
    public static TheoryData<string> Decisions =>
        [
            .. EntryTypes.All.Where(type =>
                (type.StartsWith("request.", StringComparison.Ordinal) && !NoDecisions.Contains(type))
                || type == CertificateIntended.TypeName
            ),
        ];

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_can_not_be_written_without_version_and_hash_of_the_policy(string type)
    {
        var entry = SampleEntries.All.Single(sample => sample.Entry.Type == type).Entry;
        foreach (var member in (string[])["PolicyVersion", "PolicyHash"])
        {
            var property = entry.GetType().GetProperty(member);
            Assert.True(property?.IsDefined(typeof(RequiredMemberAttribute), inherit: false), $"{type} has no required {member}.");
        }

        using var json = JsonDocument.Parse(entry.Encode());
        Assert.NotEmpty(json.RootElement.GetProperty("policyVersion").GetString()!);
        Assert.Equal(64, json.RootElement.GetProperty("policyHash").GetString()!.Length);
    }

    [Fact]
    public void A_version_that_is_empty_and_a_hash_that_is_none_are_not_written()
    {
        var refused = SampleEntries.All.Select(sample => sample.Entry).OfType<RequestRefused>().Single();
        Assert.Throws<InvalidEntryException>(() => (refused with { PolicyVersion = "" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (refused with { PolicyHash = "" }).Encode());
        var intended = SampleEntries.All.Select(sample => sample.Entry).OfType<CertificateIntended>().Single();
        Assert.Throws<InvalidEntryException>(() => (intended with { PolicyVersion = "" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (intended with { PolicyHash = "latest" }).Encode());
    }
}
