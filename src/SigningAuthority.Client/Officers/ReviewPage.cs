using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Providers;
using Spectre.Console;

namespace SigningAuthority.Client.Officers;

/// <summary>A request on one readable page: who asks, for what, with which key, what speaks against it.</summary>
internal static class ReviewPage
{
    public static void Print(ReviewedRequest request)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{Text(request.Fqdn)}[/]  {Text(request.Status)}  request {Text(request.Id)}");
        var facts = new Grid().AddColumn().AddColumn();
        Row(facts, "submitted by", $"{request.SubmittedBy}, {request.SubmittedAt:yyyy-MM-dd HH:mm} UTC");
        Row(facts, "approvals", $"{request.ApprovalsGiven} of {request.ApprovalsNeeded}{Until(request.ApprovalExpiresAt)}");
        Row(facts, "subject", request.Facts.Subject);
        Row(
            facts,
            "key",
            $"RSA {request.Facts.KeyBits} bits, exponent 0x{request.Facts.Exponent}, SHA-256 {request.Facts.PublicKeySha256}"
        );
        Row(facts, "signed with", request.Facts.SignatureAlgorithm);
        Row(facts, "other names", string.Join(", ", request.Facts.SubjectAlternativeNames));
        Row(facts, "devices", string.Join(", ", request.Devices));
        Row(facts, "generations", string.Join(", ", request.Generations));
        Row(facts, "addresses given", request.Addresses is { Count: > 0 } given ? string.Join(", ", given) : "none");
        Row(facts, "DNS answered", Lookup(request.AddressLookup));
        Row(facts, "note", request.Note);
        Row(facts, "name held by", Cover(request.CoveredBy));
        Row(facts, "history", History(request.History));
        AnsiConsole.Write(facts);
        if (request.Acceptance is { } acceptance)
            MatrixCommand.Print(Console.Out, acceptance);
        Certificates(request.Certificates);
        NearDuplicates(request.NearDuplicates);
        foreach (var decision in request.Decisions)
            AnsiConsole.MarkupLineInterpolated(
                $"{decision.RecordedAt:yyyy-MM-dd HH:mm} {Text(decision.Officer)} [bold]{Text(decision.Decision)}[/]: {Text(decision.Reason)}{(decision.Counts ? "" : " (does not count)")}"
            );
        foreach (var obstacle in request.Obstacles)
            AnsiConsole.MarkupLineInterpolated($"[yellow]You can't decide: {Text(obstacle)}[/]");
    }

    private static string Until(DateTimeOffset? end) => end is { } at ? $", until {at:yyyy-MM-dd HH:mm} UTC" : "";

    private static string Cover(ReviewedCover? cover) =>
        cover is null
            ? "NO REGISTRATION COVERS THE NAME ANY MORE"
            : $"{(cover.IncludeSubdomains ? "*." : "")}{cover.Suffix}, since {cover.RegisteredAt:yyyy-MM-dd}, {Provenance(cover)}";

    private static string Provenance(ReviewedCover cover) =>
        cover.Method is null
            ? $"registered by {cover.RegisteredBy}"
            : $"proven by {cover.Method} {cover.ProvenAt:yyyy-MM-dd HH:mm} UTC, valid until {cover.ValidUntil:yyyy-MM-dd}"
                + (cover.Seen is { } seen ? $"; LOOKED AT AGAIN AND NOT FOUND: {seen}" : "");

    private static string Lookup(ReviewedLookup? lookup) =>
        lookup is null
            ? "not looked up yet"
            : (lookup.Found.Count > 0 ? string.Join(", ", lookup.Found) : "no A record")
                + $", {lookup.At:yyyy-MM-dd HH:mm} UTC"
                + (lookup.Code is { } code ? $", WARNING: {code}" : "");

    private static string History(ReviewedHistory history) =>
        $"{history.Provider}, since {history.Since:yyyy-MM-dd}; "
        + (history.FirstIssuedAt is { } first ? $"first issued {first:yyyy-MM-dd}; " : "NOTHING ISSUED YET; ")
        + string.Join(", ", history.Requests.Select(pair => $"{pair.Key} {pair.Value}"));

    private static void Certificates(IReadOnlyList<ReviewedCertificate> certificates)
    {
        if (certificates.Count == 0)
            return;
        var table = new Table().Title("certificates of this name").AddColumns("provider", "generation", "serial number", "valid until");
        foreach (var issued in certificates)
            table.AddRow(
                Markup.Escape(Text(issued.Provider)),
                Markup.Escape(Text(issued.Generation)),
                Markup.Escape(Text(issued.SerialNumber)),
                issued.NotAfter.ToString("yyyy-MM-dd")
            );
        AnsiConsole.Write(table);
    }

    private static void NearDuplicates(IReadOnlyList<ReviewedNearDuplicate> names)
    {
        foreach (var near in names)
            AnsiConsole.MarkupLineInterpolated(
                $"[red]LOOKS LIKE[/] {Text(near.Name)} of {Text(string.Join(", ", near.Providers))} ({Text(near.Kind)}, {near.Distance})"
            );
    }

    private static void Row(Grid grid, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            grid.AddRow(name, Markup.Escape(Text(value)));
    }

    private static string Text(string? text) => PlainText.Of(text);
}
