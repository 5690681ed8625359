using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations;

/// <summary>That a unit is to get another certificate in place of the one it has.</summary>
/// <param name="Of">Serial number of the certificate that is replaced, as the station wrote it; null for the unit's first.</param>
internal sealed record ReissueAsked(ReissueReason Reason, string? Note, string? Of)
{
    public const string Example = "\"reissue\": {\"reason\": \"rework\", \"note\": \"…\"}";

    /// <summary>As it replaces what the unit has: from the second reissue on, that is named.</summary>
    public static string ExampleOf(UnitIssue unit) =>
        unit.Request.Issue == 1
            ? Example
            : $"\"reissue\": {{\"reason\": \"rework\", \"of\": \"{string.Join(", ", unit.CertificateSerialNumbers)}\"}}";

    private static readonly Rule ReasonUnknown = new("reissue-reason", "a reissue says why: scrap, rework or defect");

    /// <summary>Null where none is asked for, or where what is asked for can't be read: then the violations say why.</summary>
    public static (ReissueAsked? Asked, IReadOnlyList<Violation> Violations) Read(JsonEnvelope json)
    {
        if (json.Object("reissue") is not { } reissue)
            return (null, []);

        // It can't be taken back: a member that is not known may be a mistyped one.
        reissue.RequireKnown(["reason", "note", "of"]);
        var (text, note, of) = (reissue.Text("reason"), reissue.Text("note"), reissue.Text("of"));
        var isReason = ReissueReasonNames.TryParse(text, out var reason);
        IReadOnlyList<Violation> violations =
        [
            .. EnvelopeDefects.Find(null, note),
            .. isReason
                ? Array.Empty<Violation>()
                :
                [
                    ReasonUnknown.BrokenBy(
                        "reissue.reason",
                        string.Join(", ", ReissueReasonNames.All),
                        string.IsNullOrEmpty(text) ? "nothing" : text,
                        "A reissue needs one of these reasons.",
                        Example
                    ),
                ],
        ];
        return isReason && violations.Count == 0 ? (new ReissueAsked(reason, note, of), []) : (null, violations);
    }
}
