using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Ocsp;

/// <summary>A request as read, or the status to answer it with. Exactly one of the two.</summary>
public sealed record OcspReading(OcspRequest? Request, OcspResponseStatus Status);

/// <summary>What an OCSP client asks (RFC 6960 §4.1).</summary>
/// <param name="Certificates">One to <see cref="MostCertificates"/>, in the request's order.</param>
/// <param name="Nonce">1 to 128 octets (RFC 9654 §2.1), without the OCTET STRING's header; null for none.</param>
public sealed record OcspRequest(IReadOnlyList<OcspCertId> Certificates, byte[]? Nonce)
{
    /// <summary>A request of more octets is not looked at: one of 32 ids and a nonce has under 3,500.</summary>
    public const int MostOctets = 4096;
    public const int MostCertificates = 32;

    private const int MostNonceOctets = 128;

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag Two = new(TagClass.ContextSpecific, 2, isConstructed: true);

    private static readonly OcspReading Malformed = new(null, OcspResponseStatus.MalformedRequest);

    /// <summary>Reads a request. Never throws: what can't be read has a status to be answered with.</summary>
    /// <remarks>
    /// A signature and a requestorName are passed over: answers are for everybody (§4.1.2). Unknown extensions are ignored, unless they are
    /// critical (§4.4): then nobody here can answer as was meant.
    /// </remarks>
    public static OcspReading Read(ReadOnlyMemory<byte> request)
    {
        if (request.Length > MostOctets)
            return Malformed;
        try
        {
            return ReadRequest(request);
        }
        catch (AsnContentException)
        {
            return Malformed;
        }
    }

    private static OcspReading ReadRequest(ReadOnlyMemory<byte> request)
    {
        var whole = new AsnReader(request, AsnEncodingRules.DER);
        var outer = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var tbs = outer.ReadSequence();
        if (outer.HasData)
            outer.ReadSequence(Zero);
        outer.ThrowIfNotEmpty();

        if (!IsVersion1(tbs))
            return Malformed;
        if (IsNext(tbs, One))
            tbs.ReadSequence(One);

        var list = tbs.ReadSequence();
        var ids = new List<OcspCertId>();
        var hasUnknown = false;
        while (list.HasData)
        {
            if (ids.Count == MostCertificates)
                return Malformed;
            var single = list.ReadSequence();
            ids.Add(ReadCertId(single));
            if (single.HasData)
                hasUnknown |= ReadExtensions(single.ReadSequence(Zero)).HasUnknownCritical;
            single.ThrowIfNotEmpty();
        }

        var extensions = tbs.HasData ? ReadExtensions(tbs.ReadSequence(Two)) : default;
        tbs.ThrowIfNotEmpty();
        if (ids.Count == 0 || extensions.Nonce is { Length: 0 or > MostNonceOctets })
            return Malformed;
        return hasUnknown || extensions.HasUnknownCritical
            ? new OcspReading(null, OcspResponseStatus.Unauthorized)
            : new OcspReading(new OcspRequest(ids, extensions.Nonce), OcspResponseStatus.Successful);
    }

    /// <summary>version [0] EXPLICIT DEFAULT v1(0); written out or not.</summary>
    private static bool IsVersion1(AsnReader tbs)
    {
        if (!IsNext(tbs, Zero))
            return true;
        var version = tbs.ReadSequence(Zero);
        var isFirst = version.ReadInteger().IsZero;
        version.ThrowIfNotEmpty();
        return isFirst;
    }

    private static OcspCertId ReadCertId(AsnReader single)
    {
        var der = single.PeekEncodedValue().ToArray();
        var id = single.ReadSequence();
        var algorithm = id.ReadSequence();
        var hash = algorithm.ReadObjectIdentifier();
        if (algorithm.HasData)
            algorithm.ReadEncodedValue();
        algorithm.ThrowIfNotEmpty();
        var (name, key) = (id.ReadOctetString(), id.ReadOctetString());
        var serial = id.ReadInteger();
        id.ThrowIfNotEmpty();
        return new OcspCertId(hash, name, key, serial.Sign > 0 ? serial.ToByteArray(isUnsigned: true, isBigEndian: true) : [], der);
    }

    private static (byte[]? Nonce, bool HasUnknownCritical) ReadExtensions(AsnReader wrapped)
    {
        byte[]? nonce = null;
        var hasUnknown = false;
        var list = wrapped.ReadSequence();
        wrapped.ThrowIfNotEmpty();
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var isCritical = IsNext(extension, Asn1Tag.Boolean) && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (oid == ObjectIdentifiers.OcspNonce)
                nonce = nonce is null ? ReadNonce(value) : throw new AsnContentException("The nonce is there twice.");
            else
                hasUnknown |= isCritical;
        }

        return (nonce, hasUnknown);
    }

    // RFC 9654 §2.1: Nonce ::= OCTET STRING(SIZE(1..128)), inside of the extension's own OCTET STRING.
    private static byte[] ReadNonce(byte[] value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var nonce = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return nonce;
    }

    private static bool IsNext(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag() == tag;
}
