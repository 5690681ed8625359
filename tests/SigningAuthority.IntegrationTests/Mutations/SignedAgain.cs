using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAuthority.UnitTests.Issuance;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>
/// Signs a changed request anew with the key that it names, as far as it still names one: else its signature would be all that is ever
/// wrong with it, and none would be accepted. Thread-safe; the same octets each time.
/// </summary>
internal sealed class SignedAgain(params IReadOnlyList<RSA> keys)
{
    private readonly List<(byte[] PublicKey, RSA Key)> _keys = [.. keys.Select(key => (key.ExportSubjectPublicKeyInfo(), key))];

    /// <returns>What was given, where it isn't of a request's form any more (RFC 2986 §4.2).</returns>
    public byte[] Sign(byte[] der)
    {
        try
        {
            var request = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            var information = request.ReadEncodedValue().ToArray();
            var algorithm = request.ReadEncodedValue().ToArray();
            var signature = KeyOf(information).SignData(information, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return Asn.Sequence(information, algorithm, Asn.BitString(signature));
        }
        catch (AsnContentException)
        {
            return der;
        }
    }

    private RSA KeyOf(byte[] information)
    {
        foreach (var (publicKey, key) in _keys)
        {
            if (information.AsSpan().IndexOf(publicKey) >= 0)
                return key;
        }

        return _keys[0].Key;
    }
}
