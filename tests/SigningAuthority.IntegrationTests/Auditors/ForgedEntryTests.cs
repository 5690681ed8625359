using System.Text;
using System.Text.Json;
using SigningAuthority.Api.Auditors;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Auditors;

/// <summary>Octets that are no entry, as a front door that was taken over could write them, can't pass for anything else.</summary>
public sealed class ForgedEntryTests
{
    [Theory]
    [InlineData("{}}\n{\"index\":9,\"writtenBy\":\"sa_signer\"}\n{\"x\":{\"y\":1")]
    [InlineData("not json")]
    public void Octets_that_are_no_entry_stay_inside_of_their_line(string forged)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            AuditedEntry.Write(
                json,
                new LoggedEntry(0, new byte[32], "t", "a", null, null, null, null, null, default, "sa_api", Encoding.UTF8.GetBytes(forged))
            );
        }

        var line = Encoding.UTF8.GetString(stream.ToArray());
        Assert.DoesNotContain('\n', line);
        using var read = JsonDocument.Parse(line);
        Assert.Equal("sa_api", read.RootElement.GetProperty("writtenBy").GetString());
        Assert.True(read.RootElement.GetProperty("entry").TryGetProperty("notAnEntry", out _));
    }
}
