using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

/// <summary>Whatever the body holds: Read ends soon, throws nothing, and gives a request or a reason.</summary>
public sealed class MutatedRequestTests
{
    private static readonly byte[] Der = new RequestBuilder()
        .WithChallengePassword("secret")
        .WithExtensions(
            Asn.AlternativeName(2, "sprov.callme.com"),
            Asn.AlternativeName(7, 10, 0, 0, 1),
            Asn.Extension("2.5.29.19", [0x30, 0x03, 0x01, 0x01, 0xFF], critical: true)
        )
        .ToDer();

    private static readonly byte[] Pem = Encoding.ASCII.GetBytes(new RequestBuilder().ToPem());

    // The failure's text holds the seed that repeats it.
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(4000);

    [Fact]
    public void Every_single_octet_replaced_is_survived()
    {
        foreach (var replacement in new byte[] { 0x00, 0x7F, 0x80, 0xFF, 0x30, 0x84 })
        {
            for (var i = 0; i < Der.Length; i++)
            {
                var mutated = Der.ToArray();
                mutated[i] = replacement;
                Assert.True(IsOutcome(mutated), $"octet {i} replaced by {replacement:X2}");
            }
        }
    }

    [Fact]
    public void Random_changes_to_DER_are_survived() => Prop.ForAll(Changes(Der).ToArbitrary(), IsOutcome).Check(ManyTimes);

    [Fact]
    public void Random_changes_to_PEM_are_survived() => Prop.ForAll(Changes(Pem).ToArbitrary(), IsOutcome).Check(ManyTimes);

    [Fact]
    public void Random_octets_are_survived() => Prop.ForAll<byte[]>(body => IsOutcome(body) && IsOutcome([0x30, .. body])).Check(ManyTimes);

    private static bool IsOutcome(byte[] body)
    {
        var watch = Stopwatch.StartNew();
        var outcome = ReadCertificationRequest.Read(body);
        return outcome.Request is null == outcome.Violations.Count > 0 && watch.Elapsed < TimeSpan.FromSeconds(5);
    }

    /// <summary>Up to eight changes: an octet replaced, a stretch cut out, a stretch repeated.</summary>
    private static Gen<byte[]> Changes(byte[] original)
    {
        var change = Gen.Choose(0, 2)
            .SelectMany(kind => Gen.Choose(0, original.Length - 1).SelectMany(at => Gen.Choose(0, 255), (at, value) => (kind, at, value)));
        return change.NonEmptyListOf().Select(changes => changes.Take(8).Aggregate(original, Apply));
    }

    private static byte[] Apply(byte[] body, (int Kind, int At, int Value) change)
    {
        if (body.Length == 0)
            return body;
        var at = change.At % body.Length;
        var end = Math.Min(body.Length, at + 1 + (change.Value % 16));
        return change.Kind switch
        {
            0 => [.. body[..at], (byte)change.Value, .. body[(at + 1)..]],
            1 => [.. body[..at], .. body[end..]],
            _ => [.. body[..end], .. body[at..]],
        };
    }
}
