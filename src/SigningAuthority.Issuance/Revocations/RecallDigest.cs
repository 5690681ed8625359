using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Revocations;

/// <summary>
/// The digest over the very set that a recall names: SHA-256 over a line "authority serial" (upper-case hexadecimal) a certificate, each ended
/// by a line feed, in ascending order of authority, then serial number, octet by octet. Takes any number in constant memory.
/// </summary>
public sealed class RecallDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? _last;

    public int Count { get; private set; }

    public static string Line(string authority, CertificateSerialNumber serial) => $"{authority} {serial.Hex}";

    /// <exception cref="ArgumentException">It does not come after the one before: the set is not in order, or names one twice.</exception>
    public void Add(string authority, CertificateSerialNumber serial)
    {
        var line = Line(authority, serial);
        if (_last is not null && string.CompareOrdinal(_last, line) >= 0)
            throw new ArgumentException($"\"{line}\" does not come after \"{_last}\".", nameof(serial));
        _last = line;
        _hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        Count++;
    }

    /// <summary>Of what was added; nothing can be added any more.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
