using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;
using Xunit;

namespace SigningAuthority.IntegrationTests.Keys;

public sealed class FileKeyStoreTests : IDisposable
{
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(300);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sa-keys-");
    private readonly string _passphraseFile;
    private readonly FileKeyStore _store;

    public FileKeyStoreTests()
    {
        _passphraseFile = Path.Combine(_folder.FullName, "passphrase");
        File.WriteAllText(_passphraseFile, "correct horse battery\n");
        _store = new FileKeyStore(_folder.FullName, _passphraseFile);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("RSA-2048")]
    [InlineData("EC-P256")]
    public void A_key_written_to_its_file_is_the_key_that_is_read(string algorithm)
    {
        using var made = _store.Create("root", KeyAlgorithm.Parse(algorithm));
        using var read = _store.Open("root");

        Assert.Equal(made.SubjectPublicKeyInfo, read.SubjectPublicKeyInfo);
        Assert.Equal(algorithm, read.Algorithm.Name);
        Assert.NotEmpty(read.Sign(Data));
    }

    [Fact]
    public void The_file_is_its_owners_alone_and_encrypted_with_PBES2()
    {
        _store.Create("root", KeyAlgorithm.EcP256).Dispose();
        var path = Path.Combine(_folder.FullName, "root.key.pem");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", File.ReadAllText(path));
        Assert.Equal(["passphrase", "root.key.pem"], _folder.GetFiles().Select(f => f.Name).Order());
    }

    [Fact]
    public void A_key_file_is_never_overwritten()
    {
        using var first = _store.Create("root", KeyAlgorithm.EcP256);

        Assert.False(Assert.Throws<KeyStoreException>(() => _store.Create("root", KeyAlgorithm.EcP256)).IsTransient);

        using var still = _store.Open("root");
        Assert.Equal(first.SubjectPublicKeyInfo, still.SubjectPublicKeyInfo);
    }

    [Fact]
    public void A_wrong_passphrase_is_no_transient_fault()
    {
        _store.Create("root", KeyAlgorithm.EcP256).Dispose();
        File.WriteAllText(_passphraseFile, "another passphrase");

        Assert.False(Assert.Throws<KeyStoreException>(() => _store.Open("root")).IsTransient);
    }

    [Fact]
    public void A_folder_that_is_not_mounted_is_a_transient_fault()
    {
        using var store = new FileKeyStore(Path.Combine(_folder.FullName, "absent"), _passphraseFile);

        Assert.True(Assert.Throws<KeyStoreException>(store.Probe).IsTransient);
    }
}
