using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Names;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Names;

public sealed class NearDuplicateNamesTests
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Theory]
    [InlineData("cal1me.com", "callme.com")]
    [InlineData("te1c0.net", "telco.net")]
    [InlineData("vo1ce.com", "voice.com")]
    [InlineData("volce.com", "voice.com")]
    [InlineData("5ip.example", "sip.example")]
    [InlineData("rnodern.example", "modern.example")]
    [InlineData("vvire.example", "wire.example")]
    [InlineData("clial.example", "dial.example")]
    [InlineData("c1ial.example", "dial.example")]
    [InlineData("call-me.com", "callme.com")]
    [InlineData("bar-north.example", "bamorth.example")]
    [InlineData("callme.prov.com", "prov.callme.com")]
    public void Names_that_look_alike_are_confusable(string asked, string known) =>
        Assert.Equal(NearDuplicateKind.Confusable, Assert.Single(Find(asked, known)).Kind);

    [Theory]
    [InlineData("callne.com", 1)] // another letter
    [InlineData("calme.com", 1)] // one too few
    [InlineData("calllme.com", 1)] // one too many
    [InlineData("clalme.com", 1)] // two swapped
    [InlineData("acllem.com", 2)] // two swaps, in a name of 10 characters
    public void Names_few_keystrokes_apart_are_found(string asked, int distance)
    {
        var near = Assert.Single(Find(asked, "callme.com"));
        Assert.Equal(new NearDuplicate(Fqdn.Parse("callme.com"), NearDuplicateKind.EditDistance, distance), near);
    }

    [Theory]
    [InlineData("tleoc.net", "telco.net")] // two edits, in a name of 9 characters
    [InlineData("callmenow.com", "callme.com")]
    [InlineData("callme.net", "callme.com")]
    [InlineData("prov.callme.com", "prov.voice.com")]
    public void Names_further_apart_are_not(string asked, string known) => Assert.Empty(Find(asked, known));

    [Theory]
    [InlineData("prov.cal1me.com", "callme.com", NearDuplicateKind.Confusable)]
    [InlineData("prov.calme.com", "sprov.callme.com", NearDuplicateKind.EditDistance)]
    [InlineData("prov.te1co.co.uk", "telco.co.uk", NearDuplicateKind.Confusable)]
    public void What_was_registered_is_compared_whatever_the_host_is_called(string asked, string known, NearDuplicateKind kind) =>
        Assert.Equal((kind, 1), (Assert.Single(Find(asked, known)).Kind, Find(asked, known)[0].Distance));

    [Fact]
    public void A_suffix_that_many_share_is_not_what_was_registered() => Assert.Empty(Find("prov.abcd.co.uk", "host.wxyz.co.uk"));

    [Theory]
    [InlineData("callme.com")]
    [InlineData("a.callme.com")]
    [InlineData("com.callme.com")]
    public void A_name_itself_and_names_above_and_below_it_are_not_near_it(string other)
    {
        Assert.Empty(Find("callme.com", other));
        Assert.Empty(Find(other, "callme.com"));
    }

    [Fact]
    public void The_nearest_is_told_first_and_each_once()
    {
        var near = Find("callme.com", "cellne.com", "cal1me.com", "cal1me.com", "voice.com");
        Assert.Equal(["cal1me.com", "cellne.com"], near.Select(found => found.Name.Value));
    }

    [Fact]
    public void A_name_is_never_near_itself() =>
        Prop.ForAll(Name.ToArbitrary(), name => NearDuplicateNames.Find(name, [name]).Count == 0).Check(ManyTimes);

    [Fact]
    public void What_is_near_another_has_it_near_in_the_same_way() =>
        Prop.ForAll(
                Name.SelectMany(_ => Name, (first, second) => (first, second)).ToArbitrary(),
                pair =>
                    NearDuplicateNames.Find(pair.first, [pair.second]).Select(near => (near.Kind, near.Distance)).ToList() is var there
                    && NearDuplicateNames.Find(pair.second, [pair.first]).Select(near => (near.Kind, near.Distance)).SequenceEqual(there)
            )
            .Check(ManyTimes);

    [Fact]
    public void A_name_with_any_one_edit_is_near() =>
        Prop.ForAll(
                Edited.ToArbitrary(),
                pair =>
                    !Fqdn.TryParse(pair.Edited, out var edited)
                    || edited.IsUnder(pair.Name)
                    || pair.Name.IsUnder(edited)
                    || NearDuplicateNames.Find(edited, [pair.Name]) is [{ Distance: 1 }]
            )
            .Check(ManyTimes);

    [Fact]
    public void A_name_with_any_one_character_printed_alike_is_confusable() =>
        Prop.ForAll(
                Gen.Elements(("o", "0"), ("l", "1"), ("i", "l"), ("i", "1"), ("s", "5"), ("m", "rn"), ("w", "vv"), ("d", "cl"), ("d", "c1"))
                    .SelectMany(_ => Gen.Elements("abetxgo".ToCharArray()).ListOf(5), (alike, letters) => (alike, letters))
                    .SelectMany(_ => Gen.Choose(0, 5), (made, at) => (made.alike, Text: string.Concat(made.letters), at))
                    .ToArbitrary(),
                made =>
                    NearDuplicateNames.Find(
                        Fqdn.Parse($"{made.Text.Insert(made.at, made.alike.Item2)}.example"),
                        [Fqdn.Parse($"{made.Text.Insert(made.at, made.alike.Item1)}.example")]
                    )
                        is [{ Kind: NearDuplicateKind.Confusable }]
            )
            .Check(ManyTimes);

    [Fact]
    public void The_distance_is_a_second_writings_distance() =>
        Prop.ForAll(
                Word.SelectMany(_ => Word, (first, second) => (first, second)).ToArbitrary(),
                pair =>
                    Enumerable
                        .Range(0, 8)
                        .All(most =>
                            EditDistance.Between(pair.first, pair.second, most) == Math.Min(Slow(pair.first, pair.second), most + 1)
                        )
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>The definition, word for word: no table, no limit.</summary>
    private static int Slow(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (first.IsEmpty || second.IsEmpty)
            return first.Length + second.Length;
        var least = Math.Min(
            Math.Min(Slow(first[..^1], second), Slow(first, second[..^1])) + 1,
            Slow(first[..^1], second[..^1]) + (first[^1] == second[^1] ? 0 : 1)
        );
        return first.Length > 1 && second.Length > 1 && first[^1] == second[^2] && first[^2] == second[^1]
            ? Math.Min(least, Slow(first[..^2], second[..^2]) + 1)
            : least;
    }

    private static Gen<string> Word => Gen.Elements("abc".ToCharArray()).ListOf().Select(letters => string.Concat(letters.Take(6)));

    private static Gen<string> Label => Gen.Elements("abcdilmnorsvw015".ToCharArray()).ListOf(5).Select(string.Concat);

    private static Gen<Fqdn> Name =>
        Label
            .ListOf(3)
            .SelectMany(_ => Gen.Choose(1, 3), (labels, count) => string.Join('.', labels.Take(count)))
            .SelectMany(_ => Gen.Elements("com", "net", "co.uk"), (labels, suffix) => Fqdn.Parse($"{labels}.{suffix}"));

    private static Gen<(Fqdn Name, string Edited)> Edited =>
        Name.SelectMany(name =>
            Gen.Choose(0, name.Value.Length - 1)
                .SelectMany(
                    at => Gen.Elements("insert", "delete", "replace"),
                    (at, kind) =>
                        (
                            name,
                            kind switch
                            {
                                "insert" => name.Value.Insert(at, "q"),
                                "delete" => name.Value.Remove(at, 1),
                                _ => name.Value[..at] + "q" + name.Value[(at + 1)..],
                            }
                        )
                )
        );

    private static IReadOnlyList<NearDuplicate> Find(string name, params string[] known) =>
        NearDuplicateNames.Find(Fqdn.Parse(name), known.Select(Fqdn.Parse));
}
