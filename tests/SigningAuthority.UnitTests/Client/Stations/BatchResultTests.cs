using SigningAuthority.Client.Stations;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Stations;

public sealed class BatchResultTests
{
    [Fact]
    public void Answers_are_counted_and_refusals_told_by_code()
    {
        var result = new BatchResult { Sent = 5 };
        result.Count("""{"line":1,"status":"Issued","certificate":"…"}""");
        result.Count("""{"line":2,"status":"Refused","violations":[{"code":"mac-not-ours"},{"code":"serial-grammar"}]}""");
        result.Count("""{"line":3,"status":"Refused","violations":[{"code":"mac-not-ours"}]}""");
        result.Count("""{"line":4,"status":"Failed"}""");
        result.Count("not JSON");
        Assert.Equal((1, 4, 5), (result.Issued, result.NotIssued, result.Answered));
        Assert.Equal(
            ["Failed 1", "mac-not-ours 2", "serial-grammar 1", "unreadable-line 1"],
            result.Codes.Select(code => $"{code.Key} {code.Value}")
        );
    }
}
