using System.Runtime.InteropServices;

namespace SigningAuthority.Issuance.Requests.Signatures;

/// <summary>
/// base^exponent mod modulus by the big numbers of the libcrypto that .NET itself computes with. Public numbers only: nothing here
/// takes equal time for different values. Thread-safe.
/// </summary>
internal static class ModularPower
{
    private const string LibCrypto = "libcrypto.so.3";

    /// <summary>False where OpenSSL 3 is not there under its usual name.</summary>
    public static bool IsAvailable { get; } =
        NativeLibrary.TryLoad(LibCrypto, out var library) && NativeLibrary.TryGetExport(library, nameof(BN_mod_exp_mont), out _);

    /// <param name="value">Big-endian, below the modulus.</param>
    /// <param name="exponent">Big-endian.</param>
    /// <param name="modulus">Big-endian; odd.</param>
    /// <param name="result">As many octets as the modulus; padded with zeros at the front.</param>
    /// <returns>False when OpenSSL had no memory, or found the numbers unfit: then nothing was computed.</returns>
    public static bool TryCompute(ReadOnlySpan<byte> value, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus, Span<byte> result)
    {
        var numbers = BN_CTX_new();
        var (a, p, m, r) = (Number(value), Number(exponent), Number(modulus), BN_new());
        try
        {
            if (numbers == 0 || a == 0 || p == 0 || m == 0 || r == 0)
                return false;
            if (
                BN_mod_exp_mont(r, a, p, m, numbers, 0) == 1
                && BN_bn2binpad(r, ref MemoryMarshal.GetReference(result), result.Length) == result.Length
            )
                return true;

            // What OpenSSL left behind on this thread must not be taken for the cause of a later fault.
            ERR_clear_error();
            return false;
        }
        finally
        {
            BN_free(r);
            BN_free(m);
            BN_free(p);
            BN_free(a);
            BN_CTX_free(numbers);
        }
    }

    private static nint Number(ReadOnlySpan<byte> bigEndian) => BN_bin2bn(in MemoryMarshal.GetReference(bigEndian), bigEndian.Length, 0);

    [DllImport(LibCrypto)]
    private static extern nint BN_CTX_new();

    [DllImport(LibCrypto)]
    private static extern void BN_CTX_free(nint numbers);

    [DllImport(LibCrypto)]
    private static extern nint BN_new();

    [DllImport(LibCrypto)]
    private static extern void BN_free(nint number);

    [DllImport(LibCrypto)]
    private static extern nint BN_bin2bn(in byte bytes, int length, nint number);

    [DllImport(LibCrypto)]
    private static extern int BN_bn2binpad(nint number, ref byte bytes, int length);

    [DllImport(LibCrypto)]
    private static extern int BN_mod_exp_mont(nint result, nint value, nint exponent, nint modulus, nint numbers, nint montgomery);

    [DllImport(LibCrypto)]
    private static extern void ERR_clear_error();
}
