using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Signer.Replay;

/// <summary>A line a difference, then the counts.</summary>
internal sealed class TextReport(TextWriter output) : ReplayReport
{
    public override void Begin(AuthorityConfiguration running, AuthorityConfiguration proposed) =>
        output.WriteLine($"Running: {Describe(running)}\nProposed: {Describe(proposed)}\n");

    public override void Add(Difference difference)
    {
        var request = difference.Request;
        output.WriteLine(
            $"{request.SubmittedAt:yyyy-MM-dd HH:mm:ss}Z {request.Id} {request.SubmittedBy} {request.Fqdn ?? request.Mac}: {Outcome(difference)}"
        );
    }

    public override void End(ReplayTotals totals)
    {
        var codes = string.Join(", ", totals.Codes.Select(code => $"{code.Key} {code.Value}"));
        output.WriteLine(
            $"""

            {totals.Requests} requests, {totals.Requests - totals.Differences} decided alike.
            {totals.Count(DifferenceKind.NowRefused)} would be refused{(codes.Length > 0 ? $" ({codes})" : "")}, {totals.Count(
                DifferenceKind.NowAccepted
            )} accepted, {totals.Count(DifferenceKind.OtherCertificates)} accepted otherwise, {totals.Count(
                DifferenceKind.OtherReasons
            )} refused for other reasons.
            {Limits}
            """
        );
    }

    private static string Outcome(Difference difference) =>
        difference.Kind switch
        {
            DifferenceKind.NowRefused => $"accepted → refused: {string.Join(", ", difference.After.Codes)}",
            DifferenceKind.NowAccepted => $"refused ({string.Join(", ", difference.Before.Codes)}) → accepted",
            DifferenceKind.OtherReasons =>
                $"refused: {string.Join(", ", difference.Before.Codes)} → {string.Join(", ", difference.After.Codes)}",
            _ => string.Join("; ", difference.Changes.Select(change => $"{change.What}: {Shown(change.Before)} → {Shown(change.After)}")),
        };

    private static string Shown(string value) => value.Length == 0 ? "none" : value;

    private static string Describe(AuthorityConfiguration configuration) =>
        $"policy version {configuration.PolicyVersion}, configuration {configuration.Hash}";
}
