using System.Formats.Asn1;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>A TBSCertificate cut into its fields and extensions, to be put together again with one thing changed.</summary>
internal sealed class TbsTree
{
    private TbsTree(List<byte[]> fields, List<(string Oid, byte[] Encoded)> extensions)
    {
        Fields = fields;
        Extensions = extensions;
    }

    /// <summary>Positions in <see cref="Fields"/>.</summary>
    public const int Version = 0,
        SerialNumber = 1,
        Signature = 2,
        Issuer = 3,
        Validity = 4,
        Subject = 5,
        PublicKey = 6;

    /// <summary>The seven fields before the extensions, encoded.</summary>
    public List<byte[]> Fields { get; }

    public List<(string Oid, byte[] Encoded)> Extensions { get; }

    /// <summary>Bytes appended inside the TBSCertificate, after the extensions.</summary>
    public byte[] Tail { get; set; } = [];

    public static TbsTree Parse(byte[] toBeSigned)
    {
        var reader = new AsnReader(toBeSigned, AsnEncodingRules.DER).ReadSequence();
        var fields = Enumerable.Range(0, 7).Select(_ => reader.ReadEncodedValue().ToArray()).ToList();
        var list = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)).ReadSequence();
        var extensions = new List<(string, byte[])>();
        while (list.HasData)
        {
            var encoded = list.ReadEncodedValue().ToArray();
            extensions.Add((new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier(), encoded));
        }

        return new TbsTree(fields, extensions);
    }

    public byte[] Encode() =>
        Asn.Sequence([.. Fields, Asn.Tagged(0xA3, Asn.Sequence([.. Extensions.Select(extension => extension.Encoded)])), Tail]);

    public void Drop(string oid) => Extensions.RemoveAt(IndexOf(oid));

    /// <summary>Replaces the value, and the critical flag as given.</summary>
    public void SetExtension(string oid, byte[] value, bool critical = false) =>
        Extensions[IndexOf(oid)] = (oid, Asn.Extension(oid, value, critical));

    /// <summary>Turns the critical flag over, the value kept.</summary>
    public void FlipCritical(string oid)
    {
        var reader = new AsnReader(Extensions[IndexOf(oid)].Encoded, AsnEncodingRules.DER).ReadSequence();
        reader.ReadObjectIdentifier();
        var critical = reader.PeekTag() == Asn1Tag.Boolean && reader.ReadBoolean();
        SetExtension(oid, reader.ReadOctetString(), !critical);
    }

    private int IndexOf(string oid) => Extensions.FindIndex(extension => extension.Oid == oid);
}
