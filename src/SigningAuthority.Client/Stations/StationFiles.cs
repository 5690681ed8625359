using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations;

/// <summary>A station's key, request and certificate on disk.</summary>
internal sealed partial class StationFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;

    /// <exception cref="InvalidInputException">The name is no station's.</exception>
    public StationFiles(string name, string folder)
    {
        if (!KebabCase().IsMatch(name))
            throw new InvalidInputException($"'{PlainText.Of(name)}' is no name of a station: line-1");
        (Name, _folder) = (name, folder);
    }

    public string Name { get; }

    public string Key => Path.Combine(_folder, Name + ".key");

    public string Request => Path.Combine(_folder, Name + ".csr");

    public string Certificate => Path.Combine(_folder, Name + ".crt");

    /// <summary>Makes key and request.</summary>
    /// <exception cref="InvalidInputException">One of the files is there already; nothing was changed.</exception>
    public void Make()
    {
        if (Array.Find([Key, Request, Certificate], File.Exists) is { } existing)
            throw new InvalidInputException($"{existing} is there already, without all of its companions; nothing was changed.");

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=" + Name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        // The mode is set as the file is made: at no moment can others read it.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : OwnerOnly,
        };
        using (var writer = new StreamWriter(Key, options))
            writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Request, request.CreateSigningRequestPem() + "\n");
    }

    /// <exception cref="InvalidInputException">The certificate is not this station's, or not of this key.</exception>
    public X509Certificate2 Load()
    {
        var certificate = CertificateWithKey.Load(Certificate, Key);
        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == Name)
            return certificate;
        certificate.Dispose();
        throw new InvalidInputException($"{Certificate} is the certificate of another station than {Name}.");
    }

    [GeneratedRegex(@"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex KebabCase();
}
