using Xunit;

namespace SigningAuthority.IntegrationTests.Keys;

/// <summary>
/// Tests that use a PKCS#11 module inside the test process run one after another: finding a token again restarts the
/// module for the whole process.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class InProcessTokens
{
    public const string Name = "PKCS#11 in the test process";
}
