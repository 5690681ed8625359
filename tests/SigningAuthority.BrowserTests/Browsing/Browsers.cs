using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.BrowserTests.Browsing;

/// <summary>All that browsers look at belongs to one authority, and they look one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Browsers : ICollectionFixture<RunningAuthority>
{
    public const string Name = "browsers";
}
