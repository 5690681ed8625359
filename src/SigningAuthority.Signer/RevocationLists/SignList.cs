using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.RevocationLists;

/// <summary>A list's signature, and what its whole file is.</summary>
internal sealed record SignedList(byte[] Signature, byte[] Sha256, long Octets);

/// <summary>What was written down, or what came of it, is not what it should be: nobody goes on with it.</summary>
internal sealed class UnfitListException(string message) : Exception(message);

/// <summary>The only place where an authority's key signs lists: the bytes as the database holds them, and no others.</summary>
internal sealed class SignList(IssuedRevocationLists stored, LaneAuthorities authorities)
{
    private const int BitsInOctet = 8;

    /// <exception cref="KeyStoreException">The token could not sign.</exception>
    /// <exception cref="UnfitListException">The stored bytes are not those of the entry, or the signature is not the authority's.</exception>
    public async Task<SignedList> RunAsync(RevocationList list, CancellationToken cancellation)
    {
        var key = authorities.Key(list.Authority);
        var signatureOctets = key.Algorithm.SizeInBits / BitsInOctet;
        var head = SignedRevocationList.Head(list.ToBeSignedOctets, signatureOctets);
        using var toBeSigned = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        file.AppendData(head);
        await stored.ReadToBeSignedAsync(
            list,
            chunk =>
            {
                toBeSigned.AppendData(chunk.Span);
                file.AppendData(chunk.Span);
                return ValueTask.CompletedTask;
            },
            cancellation
        );
        var sha256 = toBeSigned.GetHashAndReset();
        if (!sha256.AsSpan().SequenceEqual(list.ToBeSignedSha256))
            throw new UnfitListException($"The stored bytes of list {list.Number} of {list.Authority} are not those that were intended.");

        var signature = key.SignHash(sha256);
        if (signature.Length != signatureOctets || !authorities.Certificate(list.Authority).VerifiesHash(sha256, signature))
            throw new UnfitListException($"The signature by {list.Authority} does not verify with its certificate.");

        var tail = SignedRevocationList.Tail(signature);
        file.AppendData(tail);
        return new SignedList(signature, file.GetHashAndReset(), head.Length + list.ToBeSignedOctets + tail.Length);
    }
}
