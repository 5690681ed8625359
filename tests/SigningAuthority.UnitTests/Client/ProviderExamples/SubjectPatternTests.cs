using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace SigningAuthority.UnitTests.Client.ProviderExamples;

/// <summary>The patterns that providers copy from deploy/, taken out of those very files and run on every subject in the field.</summary>
public sealed class SubjectPatternTests
{
    private static readonly string[] OwnSubjects =
    [
        "CN=000E08ABCDEF,O=SigningAuthority",
        "/O=SigningAuthority/CN=000E08ABCDEF",
        "CN=000E08ABCDEF",
        "/CN=000E08ABCDEF",
        "ST=000e08abcdef,L=88012BA01234,OU=SPA-962",
        "/OU=SPA-962/L=88012BA01234/ST=000e08abcdef",
        @"emailAddress=x@y.z,CN=SPA504G\, MAC: 000E08ABCDEF\, Serial: FM500F700001,OU=cisco.com,O=Cisco Systems\, Inc.,L=FM500F700001,ST=000E08ABCDEF,C=US",
        "/C=US/ST=000E08ABCDEF/L=FM500F700001/O=Cisco Systems, Inc./OU=cisco.com/CN=SPA504G, MAC: 000E08ABCDEF, Serial: FM500F700001/emailAddress=x@y.z",
    ];

    private static readonly string[] ForeignSubjects =
    [
        "O=000E08ABCDEF",
        "CN=x000E08ABCDEF",
        "CN=000E08ABCDEF0",
        @"CN=phone,O=x\,CN=000E08ABCDEF",
        "/L=000E08ABCDEF/CN=phone",
        "",
    ];

    public static TheoryData<string, string> Own => ForEachServer(OwnSubjects);

    public static TheoryData<string, string> Foreign => ForEachServer(ForeignSubjects);

    [Theory]
    [MemberData(nameof(Own))]
    public void The_address_is_found_in_every_layout_and_spelling(string server, string subject) =>
        Assert.Equal("000E08ABCDEF", FindMac(server, subject), ignoreCase: true);

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Text_that_only_looks_like_an_address_is_none(string server, string subject) => Assert.Null(FindMac(server, subject));

    private static TheoryData<string, string> ForEachServer(string[] subjects)
    {
        var data = new TheoryData<string, string>();
        foreach (var subject in subjects)
        {
            data.Add("nginx", subject);
            data.Add("apache", subject);
        }

        return data;
    }

    private static string? FindMac(string server, string subject)
    {
        var patterns = SubjectPatterns(server);
        Assert.Equal(2, patterns.Count);
        return patterns
            .Select(pattern => Regex.Match(subject, pattern, RegexOptions.IgnoreCase))
            .FirstOrDefault(match => match.Success)
            ?.Groups[1]
            .Value;
    }

    private static List<string> SubjectPatterns(string server) =>
        [
            .. Regex
                .Matches(
                    File.ReadAllText(Path.Combine(Repository(), "deploy", server, "provserver.conf")),
                    "\"(?:~\\*)?(\\^\\S*\\(\\?:ST\\|CN\\)\\S*)\""
                )
                .Select(match => match.Groups[1].Value),
        ];

    private static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", ".."));
}
