namespace SigningAuthority.UnitTests.Issuance;

/// <summary>Finds the files that tests bind: the shipped configuration and the test vectors.</summary>
internal static class RepositoryFolder
{
    private static readonly Lazy<string> Root = new(Find);

    public static string TheRoot => Root.Value;

    public static string Configuration => Path.Combine(Root.Value, "ca-config");

    public static string TestVectors => Path.Combine(Root.Value, "tests", "test-vectors");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SigningAuthority.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No SigningAuthority.sln above {AppContext.BaseDirectory}.");
    }
}
