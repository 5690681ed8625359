using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Issuance.Devices;

/// <summary>
/// The serial number printed on a unit: 1 to 32 ASCII letters, digits and "-"; kept verbatim. Nothing that a
/// provider's parser could take for DN syntax fits in ("*", "/", ",", "=", "+", quotes, blanks, control characters).
/// Not to be confused with a certificate's serial number (<see cref="Certificates.CertificateSerialNumber"/>).
/// </summary>
public readonly record struct DeviceSerialNumber
{
    public const int MaximumLength = 32;

    private readonly string? _text;

    private DeviceSerialNumber(string text) => _text = text;

    public string Value => _text ?? "";

    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceSerialNumber serial)
    {
        var valid = text is { Length: >= 1 and <= MaximumLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        serial = valid ? new DeviceSerialNumber(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a device serial number.</exception>
    public static DeviceSerialNumber Parse(string text) =>
        TryParse(text, out var serial) ? serial : throw new FormatException($"'{text}' is not a device serial number.");

    public override string ToString() => Value;
}
