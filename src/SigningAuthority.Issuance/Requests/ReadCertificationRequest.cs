using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Requests;

/// <summary>
/// The first gate for an uploaded body: finds exactly one PKCS#10 request in it, PEM (RFC 7468) or DER, and decodes it.
/// A body that is anything else is named for what it is; a private key pasted by mistake is recognised and never quoted.
/// </summary>
public static partial class ReadCertificationRequest
{
    /// <summary>Largest body, inclusive, in octets.</summary>
    public const int MaximumBytes = 16 * 1024;

    private const string Field = "csr";
    private const string MakeOne =
        "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -out provserver.csr -subj /CN=prov.example.com";

    private static readonly Rule Empty = new("csr-empty", "RFC 2986 §4");
    private static readonly Rule TooLarge = new("csr-too-large", "ca-config/README.md, limits");
    private static readonly Rule PrivateKey = new("csr-private-key", "RFC 2986 §3: a request carries the public key only");
    private static readonly Rule SeveralBlocks = new("csr-several-blocks", "RFC 7468 §7: one request a submission");
    private static readonly Rule WrongLabel = new("csr-wrong-pem-label", "RFC 7468 §7");
    private static readonly Rule Truncated = new("csr-truncated", "RFC 7468 §3");
    private static readonly Rule NotARequest = new("csr-not-pem-or-der", "RFC 7468 §7, RFC 2986 §4");
    private static readonly Rule Malformed = new("csr-malformed", "RFC 2986 §4, X.690 (DER)");

    /// <summary>Reads one request. Never throws for what the body holds.</summary>
    public static ReadOutcome Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return Refuse(
                Empty,
                "one certification request",
                "an empty body",
                "The upload is empty.",
                "curl --data-binary @provserver.csr …"
            );
        if (body.Length > MaximumBytes)
            return Refuse(
                TooLarge,
                $"at most {MaximumBytes} octets",
                $"{body.Length} octets",
                "No certification request is that large.",
                MakeOne
            );
        // A text may begin with the character "0" too, which is DER's SEQUENCE: a BEGIN line tells.
        return body.Span[0] == 0x30 && body.Span.IndexOf("-----BEGIN "u8) < 0 ? ReadDer(body) : ReadPem(body);
    }

    private static ReadOutcome ReadPem(ReadOnlyMemory<byte> body)
    {
        // Latin-1 keeps every octet; whatever is not ASCII can only stand outside of the block.
        var text = Encoding.Latin1.GetString(WithoutByteOrderMark(body.Span));
        var labels = BeginLine().Matches(text).Select(match => match.Groups["label"].Value).ToList();
        if (labels.Exists(label => label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)))
            return RefusePrivateKey(labels.First(label => label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)));
        if (labels.Count == 0)
            return Refuse(
                NotARequest,
                "-----BEGIN CERTIFICATE REQUEST-----, or DER",
                "neither",
                "The upload is no PKCS#10 request.",
                MakeOne
            );
        if (labels.Count > 1)
            return Refuse(
                SeveralBlocks,
                "one PEM block",
                $"{labels.Count} blocks ({string.Join(", ", labels.Distinct().Take(4))})",
                "Send each request by itself.",
                "awk '/BEGIN/{n++} {print > (\"part\" n \".csr\")}' provserver.csr"
            );
        if (labels[0] is not ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST"))
            return Refuse(
                WrongLabel,
                "CERTIFICATE REQUEST",
                labels[0],
                "The PEM block is something else than a certification request.",
                MakeOne
            );
        if (!PemEncoding.TryFind(text, out var fields))
            return Refuse(
                Truncated,
                "a whole PEM block up to its END line",
                "a block that does not end, or is no base64",
                "The PEM block is incomplete.",
                "openssl req -in provserver.csr -noout -verify   # says whether the file on disk is whole"
            );
        return ReadDer(Convert.FromBase64String(text[fields.Base64Data]));
    }

    private static ReadOutcome ReadDer(ReadOnlyMemory<byte> der)
    {
        if (NamePrivateKey(der) is { } kind)
            return RefusePrivateKey(kind);

        try
        {
            return new ReadOutcome(DecodeCertificationRequest.Decode(der), []);
        }
        catch (AsnContentException exception)
        {
            return IsCutShort(der.Span)
                ? Refuse(
                    Truncated,
                    "the whole DER encoding",
                    $"{der.Length} octets of a longer one",
                    "The upload ends before the request does.",
                    MakeOne
                )
                : Refuse(
                    Malformed,
                    "a CertificationRequest in DER",
                    exception.Message,
                    "The upload can't be decoded as a PKCS#10 request.",
                    MakeOne
                );
        }
    }

    /// <summary>
    /// RFC 5958 (PKCS#8, encrypted or not), RFC 8017 appendix A.1.2, RFC 5915 and RFC 7292 §4 (PKCS#12), told apart by
    /// their first elements. All but PKCS#12 begin with a version of 0 or 1; a bare public key begins with its modulus.
    /// </summary>
    private static string? NamePrivateKey(ReadOnlyMemory<byte> der)
    {
        try
        {
            var sequence = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            if (sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            {
                if (!sequence.TryReadInt32(out var version) || version is not (0 or 1 or 3))
                    return null;
                var next = sequence.PeekTag();
                if (version == 3)
                    return IsAlgorithm(sequence.ReadSequence()) ? "PKCS12" : null;
                return next.HasSameClassAndValue(Asn1Tag.Integer) ? "RSA PRIVATE KEY"
                    : next.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) ? "EC PRIVATE KEY"
                    : IsAlgorithm(sequence.ReadSequence())
                    && sequence.HasData
                    && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString)
                        ? "PRIVATE KEY"
                    : null;
            }

            return
                IsAlgorithm(sequence.ReadSequence())
                && sequence.HasData
                && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString)
                ? "ENCRYPTED PRIVATE KEY"
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Windows editors put one before the first line, where RFC 7468 §3 allows nothing but the line's beginning.</summary>
    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.StartsWith(Encoding.UTF8.Preamble) ? body[3..] : body;

    private static bool IsAlgorithm(AsnReader sequence) =>
        sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier);

    private static bool IsCutShort(ReadOnlySpan<byte> der) => DeclaredLength(der) > der.Length;

    /// <summary>
    /// Octets that the outermost element claims, header included; the most there is when the header itself is cut short, 0
    /// when its length is none that a request can have.
    /// </summary>
    private static long DeclaredLength(ReadOnlySpan<byte> der)
    {
        if (der.Length < 2)
            return long.MaxValue;
        if (der[1] < 0x80)
            return 2 + der[1];
        var count = der[1] & 0x7F;
        if (count is 0 or > 4)
            return 0;
        if (der.Length < 2 + count)
            return long.MaxValue;
        long length = 0;
        foreach (var octet in der.Slice(2, count))
            length = (length << 8) | octet;
        return 2 + count + length;
    }

    private static ReadOutcome RefusePrivateKey(string label) =>
        Refuse(
            PrivateKey,
            "CERTIFICATE REQUEST",
            label,
            "This is a private key. It was not stored or logged; but if it has left the machine that made it, make a new one.",
            MakeOne
        );

    private static ReadOutcome Refuse(Rule rule, string expected, string actual, string message, string fix) =>
        new(null, [rule.BrokenBy(Field, expected, actual, message, fix)]);

    [GeneratedRegex(@"-----BEGIN (?<label>[A-Z0-9 ]{1,40})-----", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex BeginLine();
}

/// <summary>Either a decoded request, or why there is none: exactly one of the two.</summary>
public sealed record ReadOutcome(CertificationRequest? Request, IReadOnlyList<Violation> Violations);
