using System.Net;
using Xunit;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>What every answer of 400 and above must be (RFC 9457), and what every violation must say.</summary>
internal static class ProblemAssert
{
    private static readonly string[] MembersOfViolation = ["code", "field", "expected", "actual", "message", "source", "fix"];

    public static void Is(Answer answer, HttpStatusCode status, string? code = null)
    {
        Assert.True(answer.Status == status, $"Expected {(int)status}: {answer}");
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
        Assert.StartsWith("urn:signingauthority:problem:", answer.Member("type"));
        Assert.NotEmpty(answer.Member("title"));
        if (code is not null)
            Assert.Equal(code, answer.Member("code"));
    }

    /// <summary>The answer names each of these rules, and explains every rule that it names.</summary>
    public static void Breaks(Answer answer, HttpStatusCode status, params string[] codes)
    {
        Is(answer, status);
        foreach (var code in codes)
            Assert.Contains(code, answer.ViolationCodes);
        foreach (var violation in answer.Violations)
        {
            foreach (var member in MembersOfViolation)
                Assert.True(
                    violation.TryGetProperty(member, out var text) && text.GetString() is { Length: > 0 },
                    $"{member} is missing: {violation}"
                );
        }
    }
}
