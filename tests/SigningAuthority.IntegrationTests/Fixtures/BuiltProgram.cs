namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>The product's executables, as the build put them beside the tests.</summary>
internal static class BuiltProgram
{
    public const string Dotnet = "dotnet";

    public static string Signer => Find("SigningAuthority.Signer");

    public static string Api => Find("SigningAuthority.Api");

    public static string Outreach => Find("SigningAuthority.Outreach");

    public static string Signctl => Find("signctl");

    private static string Find(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
