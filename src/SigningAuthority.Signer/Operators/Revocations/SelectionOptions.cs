using System.CommandLine;
using System.Globalization;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

/// <summary>How an operator chooses certificates: what is given narrows the choice, all of it together.</summary>
internal sealed class SelectionOptions
{
    private const string Range = "..";

    private readonly Option<string?> _authority = new("--authority", "--generation")
    {
        Description = "The authority that issued them: an id of ca-config/authorities.",
    };
    private readonly Option<string?> _serialNumber = new("--serial-number")
    {
        Description = "The certificate's own, hexadecimal, together with --authority.",
    };
    private readonly Option<string?> _fingerprint = new("--fingerprint") { Description = "SHA-256 of the certificate, hexadecimal." };
    private readonly Option<string?> _request = new("--request") { Description = "All certificates of a request, by its id." };
    private readonly Option<string?> _mac = new("--mac") { Description = "A device's address, or a range A..B, both inclusive." };
    private readonly Option<string?> _serial = new("--serial")
    {
        Description = "A unit's serial number, or a range A..B of one length, both inclusive, as orders write it.",
    };
    private readonly Option<string?> _station = new("--station") { Description = "Units that a station asked for, by its name." };
    private readonly Option<string?> _order = new("--order") { Description = "Units of a production order, by its name." };
    private readonly Option<string?> _from = new("--issued-from")
    {
        Description = "Issued at or after, UTC: 2026-11-16 or 2026-11-16T06:00:00Z.",
    };
    private readonly Option<string?> _to = new("--issued-to") { Description = "Issued before, UTC." };

    private IEnumerable<Option<string?>> All =>
        [_authority, _serialNumber, _fingerprint, _request, _mac, _serial, _station, _order, _from, _to];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>The choice in words: what officers read.</summary>
    public string Describe(ParseResult parsed) =>
        string.Join(
            ' ',
            All.Select(option => (option.Name, Value: parsed.GetValue(option)))
                .Where(pair => pair.Value is not null)
                .Select(pair => $"{pair.Name} {pair.Value}")
        );

    /// <exception cref="OperatorException">A value has another form, or nothing is chosen by.</exception>
    public async Task<IReadOnlyList<RevocableCertificate>> FindAsync(
        ParseResult parsed,
        OperatorSession session,
        CancellationToken cancellation
    )
    {
        if (All.All(option => parsed.GetValue(option) is null))
            throw new OperatorException(
                "Name the certificates: --authority and --serial-number, --fingerprint, --mac, --serial, --order, …"
            );

        var rule = ReadSerials(parsed.GetValue(_serial));
        var found = await new SelectCertificates(session.Database).FindAsync(Read(parsed), cancellation);
        return rule is null ? found : [.. found.Where(certificate => certificate.Serial is { } serial && rule.Contains(serial))];
    }

    private CertificateSelection Read(ParseResult parsed)
    {
        var (firstMac, lastMac) = ReadMacs(parsed.GetValue(_mac));
        var serials = parsed.GetValue(_serial)?.Split(Range);
        var (authority, number) = (parsed.GetValue(_authority), parsed.GetValue(_serialNumber));
        if (number is not null && authority is null)
            throw new OperatorException("A serial number is an authority's: --authority client --serial-number 4C01…");
        CertificateSerialNumber? serialNumber =
            number is null ? null
            : CertificateSerialNumber.TryParse(number, out var read) ? read
            : throw new OperatorException($"'{number}' is no serial number: hexadecimal, 1 to 20 octets.");
        return new CertificateSelection(
            ReadFingerprint(parsed.GetValue(_fingerprint)),
            firstMac,
            lastMac,
            serials?[0],
            serials?[^1],
            parsed.GetValue(_station),
            parsed.GetValue(_order),
            authority,
            serialNumber,
            ReadTime(_from, parsed),
            ReadTime(_to, parsed),
            ReadRequest(parsed.GetValue(_request))
        );
    }

    private static SigningRequestId? ReadRequest(string? text) =>
        text is null ? null
        : SigningRequestId.TryParse(text, out var id) ? id
        : throw new OperatorException($"'{text}' is no request's id.");

    private static byte[]? ReadFingerprint(string? text)
    {
        if (text is null)
            return null;
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new OperatorException(
                $"'{text}' is no fingerprint: 64 hexadecimal digits, as openssl x509 -fingerprint -sha256 prints them."
            );
    }

    private static (string? First, string? Last) ReadMacs(string? text)
    {
        if (text is null)
            return (null, null);
        var ends = text.Split(Range);
        return
            ends.Length <= 2
            && MacAddress.TryParse(ends[0], out var first)
            && MacAddress.TryParse(ends[^1], out var last)
            && string.CompareOrdinal(first.Upper, last.Upper) <= 0
            ? (first.Upper, last.Upper)
            : throw new OperatorException($"'{text}' is no address (12 hexadecimal digits), nor a range A..B of them.");
    }

    private static SerialRule? ReadSerials(string? text) =>
        text is null || !text.Contains(Range, StringComparison.Ordinal) ? null
        : SerialRule.TryParse(text, out var rule) ? rule
        : throw new OperatorException($"'{text}' is no range of serial numbers: A..B, both of one length.");

    private static DateTimeOffset? ReadTime(Option<string?> option, ParseResult parsed) =>
        parsed.GetValue(option) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new OperatorException($"{option.Name} '{text}' is no time: 2026-11-16 or 2026-11-16T06:00:00Z.");
}
