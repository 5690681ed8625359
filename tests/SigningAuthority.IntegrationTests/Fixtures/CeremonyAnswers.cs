using System.Text.Json;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>The answers file of somebody who agrees with all that ca-config says.</summary>
internal static class CeremonyAnswers
{
    /// <param name="path">The file.</param>
    /// <param name="caConfig">Its folder; the shipped one without it.</param>
    public static async Task WriteAsync(string path, string? caConfig = null)
    {
        var ceremonies = AuthorityConfiguration
            .Load(caConfig ?? Repository.CaConfig)
            .Authorities.Select(authority => new
            {
                authority = authority.Id,
                subject = authority.SubjectName.ToRfc4514(),
                key = authority.Key,
                validityYears = authority.ValidityYears,
                confirmedBy = "integration tests",
            });
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new { ceremonies }));
    }
}
