namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>A CSR and its key as `openssl req` leaves them.</summary>
internal sealed record MadeRequest(string CsrFile, string KeyFile)
{
    public byte[] Pem => File.ReadAllBytes(CsrFile);

    /// <param name="folder">Where both files go.</param>
    /// <param name="commonName">Slashes are part of it.</param>
    /// <param name="more">Further arguments of `openssl req`; "-newkey" among them replaces the usual 2048 bits of RSA.</param>
    public static async Task<MadeRequest> MakeAsync(string folder, string commonName, params string[] more)
    {
        var stem = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        string[] key = more.Contains("-newkey") ? [] : ["-newkey", "rsa:2048"];
        // In -subj a slash parts attributes; one inside of a value is escaped.
        await OpenSsl.RunAsync([
            "req",
            "-new",
            "-nodes",
            "-sha256",
            "-utf8",
            "-keyout",
            stem + ".key",
            "-out",
            stem + ".csr",
            "-subj",
            "/CN=" + commonName.Replace("/", "\\/"),
            .. key,
            .. more,
        ]);
        return new MadeRequest(stem + ".csr", stem + ".key");
    }

    public async Task<byte[]> DerAsync()
    {
        await OpenSsl.RunAsync("req", "-in", CsrFile, "-outform", "DER", "-out", CsrFile + ".der");
        return await File.ReadAllBytesAsync(CsrFile + ".der");
    }
}
