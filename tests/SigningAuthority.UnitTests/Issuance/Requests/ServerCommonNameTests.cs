using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

/// <summary>The grammar of a server's common name, held against a second writing of it as one pattern.</summary>
public sealed class ServerCommonNameTests
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(5000);

    /// <summary>Labels, at least two, none punycode, the last neither number nor 0x-number; then "/" and printable ASCII.</summary>
    private static readonly Regex Grammar = new(
        @"\A(?=.{1,64}\z)(?:(?!xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?!xn--)(?![0-9]+(?:/|\z))(?!0x[0-9a-f]*(?:/|\z))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:/[ -~]*)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    );

    [Fact]
    public void Names_put_together_by_the_grammar_are_read_as_they_are() =>
        Prop.ForAll(
                WellFormed.ToArbitrary(),
                text =>
                    ServerCommonName.TryParse(text, out var name)
                    && name.Text == text
                    && Grammar.IsMatch(text)
                    && name.Fqdn.Value == text.Split('/', 2)[0].ToLowerInvariant()
                    && name.Suffix == (text.Contains('/') ? text.Split('/', 2)[1] : null)
            )
            .Check(ManyTimes);

    [Fact]
    public void Both_writings_of_the_grammar_agree_on_names_with_a_few_changes() =>
        Prop.ForAll(Changed.ToArbitrary(), text => ServerCommonName.TryParse(text, out _) == Grammar.IsMatch(text)).Check(ManyTimes);

    [Fact]
    public void Both_writings_of_the_grammar_agree_on_any_text() =>
        Prop.ForAll<string>(text => ServerCommonName.TryParse(text, out _) == (text is not null && Grammar.IsMatch(text))).Check(ManyTimes);

    [Fact]
    public void A_name_has_no_defect_or_is_no_name() =>
        Prop.ForAll(
                Changed.ToArbitrary(),
                text =>
                    Fqdn.TryParse(text, out var fqdn) == (Fqdn.Explain(text) == FqdnDefect.None)
                    && (fqdn is null || (fqdn.Value == fqdn.Value.ToLowerInvariant() && Fqdn.Parse(fqdn.Value) == fqdn))
            )
            .Check(ManyTimes);

    [Fact]
    public void A_name_is_under_a_suffix_at_a_dot_only() =>
        Prop.ForAll(
                Label.ToArbitrary(),
                label =>
                {
                    var suffix = Fqdn.Parse("callme.com");
                    return Fqdn.Parse($"{label}.callme.com").IsUnder(suffix)
                        && !Fqdn.Parse($"{label}.callme.com").IsUnder(suffix, includeSubdomains: false)
                        && !Fqdn.Parse($"{label}callme.com").IsUnder(suffix)
                        && !Fqdn.Parse($"callme.com.{label}x").IsUnder(suffix);
                }
            )
            .Check(ManyTimes);

    [Theory]
    [InlineData("", FqdnDefect.Empty)]
    [InlineData("*.callme.com", FqdnDefect.Wildcard)]
    [InlineData("192.0.2.1", FqdnDefect.IpLiteral)]
    [InlineData("::1", FqdnDefect.IpLiteral)]
    [InlineData("callme.com.", FqdnDefect.TrailingDot)]
    [InlineData("callme", FqdnDefect.SingleLabel)]
    [InlineData("xn--a.com", FqdnDefect.Punycode)]
    [InlineData("a_b.com", FqdnDefect.BadLabel)]
    [InlineData("é.com", FqdnDefect.NotAscii)]
    [InlineData("callme.com", FqdnDefect.None)]
    public void The_most_telling_defect_is_said(string text, FqdnDefect defect) => Assert.Equal(defect, Fqdn.Explain(text));

    [Fact]
    public void Names_have_253_characters_at_most()
    {
        var labels = string.Join('.', Enumerable.Repeat(new string('a', 62), 4));
        Assert.Equal(FqdnDefect.None, Fqdn.Explain("b." + labels));
        Assert.Equal(FqdnDefect.TooLong, Fqdn.Explain("bbb." + labels));
        Assert.Equal(FqdnDefect.BadLabel, Fqdn.Explain(new string('a', 64) + ".com"));
    }

    private static Gen<string> Label =>
        Gen.Elements("abcxyzABC019".ToCharArray())
            .NonEmptyListOf()
            .Select(list => string.Concat(list.Take(8)))
            .Where(label => !label.All(char.IsAsciiDigit) && !label.StartsWith("0x", StringComparison.OrdinalIgnoreCase));

    private static Gen<string> WellFormed =>
        Label
            .ListOf(4)
            .SelectMany(labels => Gen.Choose(2, 4), (labels, count) => string.Join('.', labels.Take(count)))
            .SelectMany(
                host => Gen.Elements("", "/", "/mailto:admin@telco.net", "/info@voice.com", "//", "/ ~!\"#"),
                (host, suffix) => host + suffix
            );

    private static Gen<string> Changed =>
        WellFormed.SelectMany(text =>
            Gen.Choose(0, text.Length - 1)
                .SelectMany(
                    at => Gen.Elements("", ".", "-", "*", "/", "_", "\0", "é", ":", " ", "xn--", "0x1", "9", "..", "\n"),
                    (at, insert) => text[..at] + insert + text[(at + (insert.Length % 2))..]
                )
        );
}
