using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log.Exports;

/// <summary>What an export came to.</summary>
/// <param name="From">The first index, from 0.</param>
/// <param name="To">Behind the last.</param>
/// <param name="TreeSize">Of the checkpoint that it was proven by.</param>
/// <param name="Types">How many entries of each kind.</param>
/// <param name="IntendedBefore">Certificates issued in the range whose intent must lie before it: only a verification of the log can tell.</param>
internal sealed record CheckedExport(
    string Log,
    long From,
    long To,
    long TreeSize,
    IReadOnlyDictionary<string, long> Types,
    IReadOnlyList<IssuerSpan> Issuers,
    long IntendedBefore,
    IReadOnlyList<LogFinding> Findings
)
{
    public bool IsSound => Findings.Count == 0;

    public void Print(TextWriter output)
    {
        output.WriteLine(
            IsSound
                ? $"proven: all {To - From} entries from index {From} to {To - 1} of {PlainText.Of(Log)}, which had {TreeSize}"
                : "NOT proven: what was found is on stderr"
        );
        foreach (var issuer in Issuers)
            output.WriteLine($"  {PlainText.Of(issuer.Authority)}: certificates {issuer.First} to {issuer.Last}, all {issuer.Count}");
        foreach (var (type, count) in Types)
            output.WriteLine($"  {count} {PlainText.Of(type)}");
        if (IntendedBefore > 0)
            output.WriteLine($"  {IntendedBefore} of the issued were intended before index {From}: signctl log verify can tell");
    }
}

/// <summary>The numbers that an authority's certificates have in an export.</summary>
internal sealed record IssuerSpan(string Authority, long First, long Last, long Count);
