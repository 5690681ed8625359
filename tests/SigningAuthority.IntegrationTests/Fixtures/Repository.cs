namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>The clone that these tests were built in: what is shipped is what is tested.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string CaConfig => Path.Combine(Root, "ca-config");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SigningAuthority.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the clone that they were built in.");
    }
}
