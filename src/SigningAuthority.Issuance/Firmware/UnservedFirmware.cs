namespace SigningAuthority.Issuance.Firmware;

/// <summary>Something that its reader should know and that refuses nothing.</summary>
/// <param name="Code">Stable, kebab-case.</param>
public sealed record AcceptanceWarning(string Code, string Message);

/// <summary>Phones of the families named that none of a request's certificates would serve.</summary>
public static class UnservedFirmware
{
    public const string Code = "firmware-not-served";

    public static IReadOnlyList<AcceptanceWarning> Find(IReadOnlyList<MatrixRow> matrix) =>
        [
            .. matrix
                .GroupBy(row => (row.Family, row.DisplayName, row.FromFirmware, row.BeforeFirmware))
                .Where(range => range.All(row => !row.Accepted))
                .Select(range => new AcceptanceWarning(
                    Code,
                    $"{range.Key.DisplayName}, firmware {FirmwareRange.Of(range.Key.FromFirmware, range.Key.BeforeFirmware)}: none of the certificates would be accepted ({Explain(range)})."
                )),
        ];

    private static string Explain(IEnumerable<MatrixRow> range) =>
        string.Join("; ", range.Select(row => $"{row.Generation}: {string.Join(", ", row.Reasons.Select(reason => reason.Code))}"));
}
