using System.Security.Cryptography;
using SigningAuthority.Issuance.Approvals;

namespace SigningAuthority.UnitTests.Issuance.Approvals;

/// <summary>A person with a key, as tests need them.</summary>
internal sealed class TestOfficer(string name) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public OfficerName Name { get; } = OfficerName.Parse(name);

    public Guid Id { get; } = Guid.CreateVersion7();

    public OfficerKey Key =>
        OfficerKey.TryRead(_key.ExportSubjectPublicKeyInfo(), out var key) ? key : throw new InvalidOperationException();

    public byte[] Sign(byte[] statement) => _key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public OfficerDecision Decide(
        ApprovalSubject subject,
        OfficerVerdict verdict,
        DateTimeOffset at,
        string reason = "checked with the customer"
    ) => new(Id, Name, Key, false, verdict, reason, at, at, Sign(new ApprovalStatement(subject, verdict, reason, Name, Id, at).Encode()));

    public void Dispose() => _key.Dispose();
}
