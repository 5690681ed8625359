using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>
/// What a ceremony did, as text that a person can read and OpenSSL can verify: the new key signs it, which also shows
/// that the key works and who holds it.
/// </summary>
internal static class Transcript
{
    public static string FileName(string authority) => $"{authority}.transcript.txt";

    /// <param name="plan">What was confirmed, with the dates of the recorded intent.</param>
    /// <param name="confirmation">Who said yes.</param>
    /// <param name="key">The authority's key.</param>
    /// <param name="store">The store's own description.</param>
    /// <param name="certificate">DER, or null for the log's key.</param>
    /// <param name="resumed">An earlier ceremony was interrupted, and this one finished it.</param>
    /// <param name="configurationHash">Of ca-config.</param>
    /// <param name="at">When the ceremony ended.</param>
    public static string Write(
        AuthorityPlan plan,
        Confirmation confirmation,
        SigningKey key,
        string store,
        byte[]? certificate,
        bool resumed,
        string configurationHash,
        DateTimeOffset at
    )
    {
        var text = new StringBuilder();
        var file = FileName(plan.Definition.Id);
        text.Append($"Key ceremony of \"{plan.Definition.Id}\"\n\n");
        void Line(string name, string value) => text.Append($"{name, -20} {value}\n");

        foreach (var (name, value) in plan.Facts())
            Line(name, value);
        Line("public key SHA-256", Convert.ToHexStringLower(SHA256.HashData(key.SubjectPublicKeyInfo)));
        if (certificate is not null)
            Line("certificate SHA-256", Convert.ToHexStringLower(SHA256.HashData(certificate)));
        Line("confirmed by", confirmation.By);
        Line("confirmed how", confirmation.How);
        Line("held at", $"{at:yyyy-MM-dd HH:mm:ss}Z");
        Line("held on", $"{Environment.MachineName}, {RuntimeInformation.OSDescription}");
        Line("held as", Environment.UserName);
        Line("key store", store);
        Line("configuration", $"SHA-256 {configurationHash}");
        Line("finished from", resumed ? "the recorded intent of an interrupted ceremony" : "a ceremony that was not interrupted");
        foreach (var tool in ToolVersions.Read())
            Line("tool", tool);

        text.Append($"\nVerify with\n  openssl dgst -sha256 -verify {file} -signature {file}.sig {file}\n");
        text.Append("and see that the public key below is the one that is in use.\n\n");
        text.Append(PemEncoding.WriteString("PUBLIC KEY", key.SubjectPublicKeyInfo)).Append('\n');
        if (certificate is not null)
            text.Append('\n').Append(PemEncoding.WriteString("CERTIFICATE", certificate)).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// Writes the text and the signature over its bytes. Files of an earlier, interrupted ceremony give way: the database,
    /// which says whether the authority exists, was asked before.
    /// </summary>
    public static void Save(string folder, string authority, string text, byte[] signature)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName(authority));
        Replace(path + ".sig", signature);
        Replace(path, Encoding.UTF8.GetBytes(text));
    }

    private static void Replace(string path, byte[] content)
    {
        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
