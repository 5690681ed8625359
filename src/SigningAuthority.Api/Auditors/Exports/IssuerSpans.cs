using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors.Exports;

/// <summary>The numbers that an authority's intended certificates have within a range.</summary>
/// <param name="Count">How many entries have one; with no gap Last − First + 1.</param>
internal sealed record IssuerSpan(string Authority, long First, long Last, long Count);

/// <summary>Finds them: one walk along the entries of intents.</summary>
internal static class IssuerSpans
{
    public static async Task<IReadOnlyList<IssuerSpan>> FindAsync(ExportedRange range, ExportChoice choice, CancellationToken cancellation)
    {
        var spans = new SortedDictionary<string, IssuerSpan>(StringComparer.Ordinal);
        await foreach (var entry in range.ReadAsync(choice.From, choice.To, CertificateIntended.TypeName, cancellation))
        {
            if (Read(entry.Entry) is var (authority, number))
                spans[authority] = spans.TryGetValue(authority, out var span)
                    ? span with
                    {
                        First = Math.Min(span.First, number),
                        Last = Math.Max(span.Last, number),
                        Count = span.Count + 1,
                    }
                    : new IssuerSpan(authority, number, number, 1);
        }

        return [.. spans.Values];
    }

    /// <summary>Octets that are no entry, as only a forger writes them, have no number; whoever verifies the export finds them.</summary>
    private static (string Authority, long Number)? Read(byte[] octets)
    {
        try
        {
            var entry = StoredEntry.Read(octets);
            return entry.IssuerSequence is { } number && entry.Details.TryGetValue("authority", out var authority)
                ? (authority, number)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
