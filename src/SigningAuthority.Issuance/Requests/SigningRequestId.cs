using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Issuance.Requests;

/// <summary>Names one signing request. A version 7 UUID (RFC 9562 §5.7), so that ids grow with time; written in the 8-4-4-4-12 form.</summary>
public readonly record struct SigningRequestId(Guid Value)
{
    public static SigningRequestId New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    public static bool TryParse([NotNullWhen(true)] string? text, out SigningRequestId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new SigningRequestId(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
